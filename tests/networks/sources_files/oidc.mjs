// An OpenID Connect provider on loopback. PORT, BACK (where people are sent back to), HOME_URL (the same after they
// signed out), BEHIND (where it says that somebody signed out), KEYS (a JWKS with private
// parts) and PEOPLE (a JSON file that is read anew every time: {name: {claims}}) come from the environment.
// Whoever types a name on its sign-in page is that person. Ends when its standard input closes.
import fs from 'node:fs'
import Provider from 'oidc-provider'

const issuer = `http://127.0.0.1:${process.env.PORT}`
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'tabard', client_secret: 'a secret of the tests', redirect_uris: [process.env.BACK],
    post_logout_redirect_uris: [process.env.HOME_URL], backchannel_logout_uri: process.env.BEHIND,
    backchannel_logout_session_required: true,
  }],
  jwks: JSON.parse(process.env.KEYS),
  pkce: { required: () => true },
  claims: { openid: ['sub', 'auth_time'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  scopes: ['openid', 'email', 'profile'],
  cookies: { keys: ['throw-away'] },
  ttl: { AuthorizationCode: Number(process.env.CODE_SECONDS || 60) },
  // It calls nobody on loopback by itself.
  fetch: (url, { dispatcher: _guard, ...options }) => globalThis.fetch(url, options),
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  async findAccount(_context, id) {
    const claims = { email: `${id}@meridian.example`, email_verified: true, name: id, groups: [] }
    const known = JSON.parse(fs.readFileSync(process.env.PEOPLE))[id] || {}
    return { accountId: id, claims: async () => ({ sub: id, ...claims, ...known }) }
  },
})
provider.on('server_error', (_context, error) => console.error(error))
provider.listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write(JSON.stringify({ issuer }) + '\n'))
process.stdin.on('end', () => process.exit(0)).resume()
