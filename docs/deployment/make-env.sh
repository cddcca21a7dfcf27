#!/bin/sh
# Writes the settings of a new service, with secrets made at random on this machine:
#   sh docs/deployment/make-env.sh shubbak.example.ma > portal.env      fill in what is marked
#   sh docs/deployment/make-env.sh sandbox > portal.env                 a trial, with the demonstration's outside world
set -eu
umask 077
site=${1:?the public name, or: sandbox}
secret() { openssl rand -hex 24; }
key() { openssl rand -base64 32; }
postgres=$(secret) minio=$(secret)
cat <<END
POSTGRES_PASSWORD=$postgres
MINIO_PASSWORD=$minio
PORTAL_SECRET_KEY=$(secret)
PORTAL_KEYS=$(date +k%Y-%m):$(key)
PORTAL_METRICS_TOKEN=$(secret)
END
if [ "$site" != sandbox ]; then
    cat <<END
SITE=https://$site
HTTP_PORT=80
HTTPS_PORT=443
PORTAL_ENVIRONMENT=production
PORTAL_PUBLIC_URL=https://$site
PORTAL_PROXIES=1
# To be filled in:
PORTAL_MAIL_URL=
PORTAL_MAIL_FROM=
PORTAL_ISSUERS=national
PORTAL_ISSUER_NATIONAL_URL=
PORTAL_ISSUER_NATIONAL_CLIENT_ID=
PORTAL_ISSUER_NATIONAL_CLIENT_SECRET=
PORTAL_STRIPE_SECRET_KEY=
PORTAL_STRIPE_WEBHOOK_SECRET=
END
    exit
fi
here=http://shubbak.localhost:8080 outside=http://sandbox.localhost:8001
client=$(secret) card=$(secret) card_news=$(secret) connector=$(secret) connector_news=$(key) register=$(secret)
cat <<END
SITE=$here
PORTAL_ENVIRONMENT=demo
PORTAL_PUBLIC_URL=$here
PORTAL_PROXIES=1
PORTAL_MAIL_URL=smtp://sandbox.localhost:8025
PORTAL_MAIL_FROM=shubbak@example.ma
PORTAL_ISSUERS=national
PORTAL_ISSUER_NATIONAL_URL=$outside/id
PORTAL_ISSUER_NATIONAL_CLIENT_ID=shubbak
PORTAL_ISSUER_NATIONAL_CLIENT_SECRET=$client
PORTAL_STRIPE_SECRET_KEY=sk_test_$card
PORTAL_STRIPE_WEBHOOK_SECRET=whsec_$card_news
PORTAL_STRIPE_API_BASE=$outside/stripe
PORTAL_STRIPE_CHECKOUT_ORIGIN=$outside
PORTAL_CONNECTORS=ompic,transparency,general
PORTAL_CONNECTOR_OMPIC_URL=$outside/administrations/ompic
PORTAL_CONNECTOR_OMPIC_TOKEN=$connector
PORTAL_CONNECTOR_OMPIC_WEBHOOK_SECRET=whsec_$connector_news
PORTAL_CONNECTOR_TRANSPARENCY_URL=$outside/administrations/transparency
PORTAL_CONNECTOR_TRANSPARENCY_TOKEN=$connector
PORTAL_CONNECTOR_TRANSPARENCY_WEBHOOK_SECRET=whsec_$connector_news
PORTAL_CONNECTOR_GENERAL_URL=$outside/administrations/general
PORTAL_CONNECTOR_GENERAL_TOKEN=$connector
PORTAL_CONNECTOR_GENERAL_WEBHOOK_SECRET=whsec_$connector_news
PORTAL_REGISTERS=civil-status,population
PORTAL_REGISTER_CIVIL_STATUS_URL=$outside/registers/civil-status
PORTAL_REGISTER_CIVIL_STATUS_TOKEN=$register
PORTAL_REGISTER_POPULATION_URL=$outside/registers/population
PORTAL_REGISTER_POPULATION_TOKEN=$register
SANDBOX_HOST=0.0.0.0
SANDBOX_PORT=8001
SANDBOX_URL=$outside
SANDBOX_SMTP_PORT=8025
SANDBOX_DATA=/var/lib/shubbak/sandbox
SANDBOX_PORTAL_URL=$here
SANDBOX_CLIENT_ID=shubbak
SANDBOX_CLIENT_SECRET=$client
SANDBOX_STRIPE_SECRET_KEY=sk_test_$card
SANDBOX_STRIPE_WEBHOOK_SECRET=whsec_$card_news
SANDBOX_CONNECTOR_TOKEN=$connector
SANDBOX_CONNECTOR_WEBHOOK_SECRET=whsec_$connector_news
SANDBOX_REGISTER_TOKEN=$register
END
