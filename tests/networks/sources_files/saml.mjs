// A SAML 2.0 identity provider on loopback: /sso?as=NAME answers a request for NAME, /slo signs out. PORT, BACK (where
// answers are sent), US (who may read them), OUT (where sign-outs are told), OURS (the certificate of US in PEM), KEY and
// CERTIFICATE (PEM) and PEOPLE come from the environment; SECONDS is how long an answer is good, ENCRYPT by which
// algorithm it is encrypted, if it is. Knows the sessions of one browser. Ends when its standard input closes.
import crypto from 'node:crypto'
import fs from 'node:fs'
import express from 'express'
import samlp from 'samlp'
import Participants from 'samlp/lib/sessionParticipants/index.js'

const { PORT, BACK, US, OUT, OURS, KEY, CERTIFICATE, PEOPLE, ENCRYPT } = process.env
const issuer = `http://127.0.0.1:${PORT}/metadata`
const encrypts = ENCRYPT ? {
  encryptionCert: OURS, encryptionAlgorithm: ENCRYPT, disallowEncryptionWithInsecureAlgorithm: false,
  encryptionPublicKey: crypto.createPublicKey(OURS).export({ type: 'spki', format: 'pem' }),
} : {}
const options = {
  issuer, cert: CERTIFICATE, key: KEY, audience: US, recipient: BACK, destination: BACK,
  lifetimeInSeconds: Number(process.env.SECONDS || 300),
  signatureAlgorithm: 'rsa-sha256', digestAlgorithm: 'sha256', ...encrypts,
  getPostURL: (_realm, _reply, _request, done) => done(null, BACK),
  getUserFromRequest: (request) => request.user,
}
const known = []
const kept = {}
const leaving = samlp.logout({
  issuer, cert: CERTIFICATE, key: KEY, deflate: true, signatureAlgorithm: 'rsa-sha256', digestAlgorithm: 'sha256',
  protocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', sessionParticipants: new Participants(known),
})
const app = express()
app.use(express.urlencoded({ extended: false }), (request, _response, next) => { request.session = kept; next() })
const paths = { redirectEndpointPath: '/sso', postEndpointPath: '/sso', logoutEndpointPaths: { redirect: '/slo' } }
app.get('/metadata', samlp.metadata({ ...options, ...paths }))
app.get('/sso', (request, response, next) => {
  const id = String(request.query.as || 'sam')
  const found = JSON.parse(fs.readFileSync(PEOPLE))[id] || {}
  const mail = found.email || `${id}@meridian.example`
  const sessionIndex = `s-${known.length}`
  known.push({ serviceProviderId: US, nameId: id, sessionIndex, serviceProviderLogoutURL: OUT, cert: OURS })
  request.user = { id, emails: [{ value: mail }], displayName: found.name || id, name: {}, groups: found.groups || [] }
  samlp.auth({ ...options, sessionIndex })(request, response, next)
})
app.get('/slo', leaving)
app.use((error, _request, response, _next) => { console.error(error); response.status(500).send(String(error)) })
app.listen(Number(PORT), '127.0.0.1', () => process.stdout.write(JSON.stringify({ issuer }) + '\n'))
process.stdin.on('end', () => process.exit(0)).resume()
