// An issuer that others wrote, to try our sign-in on: one client, one person, and a page that asks what she says.
// Told by its environment: PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, LOGOUT_URI. Says "ready" when it listens.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, LOGOUT_URI } = process.env;
const SALMA = {
  name: "Salma El Idrissi",
  name_ar: "سلمى الإدريسي",
  cin: "AE214587",
  birthdate: "1992-04-17",
  gender: "female",
  locale: "ar-MA",
  email: "salma@example.ma",
  email_verified: true,
};

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [{
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    redirect_uris: [REDIRECT_URI],
    post_logout_redirect_uris: [LOGOUT_URI],
    backchannel_logout_uri: LOGOUT_URI,
    backchannel_logout_session_required: true,
  }],
  acrValues: ["low", "substantial", "high"],
  claims: { openid: ["sub"], profile: Object.keys(SALMA).filter((name) => !name.startsWith("email")), email: ["email", "email_verified"], phone: ["phone_number"], acr: null, amr: null, auth_time: null, sid: null },
  cookies: { keys: ["a key of a test"] },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, claimsParameter: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...SALMA }) }),
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

async function interact(request, response) {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (request.method === "GET" && prompt.name === "login") {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    return response.end(`<form method="post" action="${request.url}"><button name="decision" value="share">share</button></form>`);
  }
  if (prompt.name === "login") {
    const said = await body(request);
    if (said.get("decision") !== "share") return provider.interactionFinished(request, response, { error: "access_denied" });
    const acr = said.get("acr") || "substantial";
    return provider.interactionFinished(request, response, { login: { accountId: said.get("person"), acr, amr: ["pin"] } });
  }
  const grant = new provider.Grant({ accountId: (await provider.interactionDetails(request, response)).session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  grant.addOIDCClaims(["acr", "amr", "auth_time"]);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  return interact(request, response).catch((problem) => { response.statusCode = 500; response.end(String(problem)); });
}).listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
