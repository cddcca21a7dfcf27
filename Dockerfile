# The portal: one image for web, worker and every command. Nothing secret is in it; settings come from the environment.
FROM node:22-bookworm-slim AS front
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY static static
RUN npm run build

FROM python:3.11-slim-bookworm AS made
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
WORKDIR /srv/shubbak
COPY setup.cfg pyproject.toml constraints.txt README.md ./
COPY portal portal
COPY journeys journeys
COPY payments payments
# Editable: templates, built files and migrations lie beside the packages, where the code looks for them.
RUN /opt/venv/bin/pip install --constraint constraints.txt --editable . && /opt/venv/bin/python -m compileall -q portal journeys payments

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore for "portal backup" and "portal restore": at least as new as the server.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --home-dir /srv/shubbak --shell /usr/sbin/nologin shubbak \
 && install -d -o shubbak -g shubbak -m 0700 /var/lib/shubbak /run/shubbak
WORKDIR /srv/shubbak
COPY --from=made /opt/venv /opt/venv
COPY --from=made /srv/shubbak ./
COPY migrations migrations
COPY templates templates
COPY static/img static/img
COPY --from=front /src/static/dist static/dist
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_STORAGE_URL=file:///var/lib/shubbak/documents PORTAL_METRICS_FOLDER=/run/shubbak/metrics
USER shubbak
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["portal", "serve", "--host", "0.0.0.0"]
