// A SAML 2.0 identity provider on loopback: /sso?as=NAME answers a request for NAME. PORT, BACK (where answers are
// sent), US (who may read them), KEY and CERTIFICATE (PEM) and PEOPLE come from the environment; SECONDS is how long
// an answer is good. Ends when its standard input closes.
import fs from 'node:fs'
import express from 'express'
import samlp from 'samlp'

const { PORT, BACK, US, KEY, CERTIFICATE, PEOPLE } = process.env
const issuer = `http://127.0.0.1:${PORT}/metadata`
const options = {
  issuer, cert: CERTIFICATE, key: KEY, audience: US, recipient: BACK, destination: BACK,
  lifetimeInSeconds: Number(process.env.SECONDS || 300),
  signatureAlgorithm: 'rsa-sha256', digestAlgorithm: 'sha256',
  getPostURL: (_realm, _reply, _request, done) => done(null, BACK),
  getUserFromRequest: (request) => request.user,
}
const app = express()
app.get('/metadata', samlp.metadata({ ...options, redirectEndpointPath: '/sso', postEndpointPath: '/sso' }))
app.get('/sso', (request, response, next) => {
  const id = String(request.query.as || 'sam')
  const known = JSON.parse(fs.readFileSync(PEOPLE))[id] || {}
  const mail = known.email || `${id}@meridian.example`
  request.user = { id, emails: [{ value: mail }], displayName: known.name || id, name: {}, groups: known.groups || [] }
  samlp.auth(options)(request, response, next)
})
app.use((error, _request, response, _next) => { console.error(error); response.status(500).send(String(error)) })
app.listen(Number(PORT), '127.0.0.1', () => process.stdout.write(JSON.stringify({ issuer }) + '\n'))
process.stdin.on('end', () => process.exit(0)).resume()
