// A real provider for one test: PORT, CLIENT_ID, CLIENT_SECRET and COMES_BACK_TO come from the environment. Whoever signs
// in is who they say they are; the user name of the identity is the account's id.
import Provider from "oidc-provider";

const { PORT, CLIENT_ID, CLIENT_SECRET, COMES_BACK_TO } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [COMES_BACK_TO],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  claims: { openid: ["sub", "preferred_username"], profile: ["name"], email: ["email"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true, methods: ["S256"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, name: id, email: `${id}@example.vn` }),
  }),
});

provider.listen(PORT, "127.0.0.1", () => console.log(`ready ${issuer}`));
