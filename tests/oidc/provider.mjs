// An OpenID Connect provider of the tests' own: `node provider.mjs PORT CONFIG`. CONFIG is a JSON file that is read anew
// for every sign-in: people by their names (claims, amr, acr), and the clients (read once).
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const [port, file] = process.argv.slice(2);
const read = () => JSON.parse(readFileSync(file, "utf8"));
const issuer = `http://127.0.0.1:${port}`;
const page = (title, body) =>
  `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><form method="post">${body}</form></html>`;

const provider = new Provider(issuer, {
  clients: read().clients,
  claims: {
    openid: ["sub", "amr", "acr"],
    email: ["email", "email_verified"],
    profile: ["name", "given_name", "family_name", "country"],
    groups: ["groups"],
  },
  scopes: ["openid", "email", "profile", "groups"],
  conformIdTokenClaims: true, // as the standard says: e-mail, name and groups come from the userinfo endpoint
  pkce: { required: () => true, methods: ["S256"] },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["a key of the tests alone"] },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, sub) => {
    const person = read().people[sub];
    return person && { accountId: sub, claims: () => ({ sub, ...person.claims }) };
  },
  renderError: (ctx, out) => {
    ctx.type = "text";
    ctx.body = `${out.error}: ${out.error_description}`;
  },
});

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

async function interact(ctx) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === "GET") {
    ctx.type = "html";
    ctx.body =
      prompt.name === "login"
        ? page("Sign in", '<input name="login"><input type="password" name="password"><button>Sign in</button>')
        : page("Allow", '<button name="answer" value="allow">Allow</button><button name="answer" value="deny">No</button>');
    return;
  }
  const said = await body(ctx.req);
  if (said.get("answer") === "deny") {
    const denied = { error: "access_denied", error_description: "The person said no" };
    await provider.interactionFinished(ctx.req, ctx.res, denied, { mergeWithLastSubmission: false });
  } else if (prompt.name === "login") {
    const accountId = said.get("login");
    const { amr, acr } = read().people[accountId] ?? {};
    const login = { accountId, amr, acr, remember: false };
    await provider.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false });
  } else {
    const grant = grantId
      ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(" "));
    grant.addOIDCClaims(prompt.details.missingOIDCClaims ?? []);
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(ctx.req, ctx.res, { consent }, { mergeWithLastSubmission: true });
  }
  ctx.respond = false;
}

provider.use(async (ctx, next) => {
  if (ctx.path.startsWith("/interaction/")) await interact(ctx);
  else await next();
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
