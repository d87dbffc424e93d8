// A throw-away Bluesky network on loopback: a directory (PLC) and one personal data server.
// Ports come from PLC_PORT and PDS_PORT. Prints one line of JSON when it answers; ends with SIGTERM, or when
// the process that started it is gone (its standard input closes).
import net from 'node:net'

// The servers would listen on every interface.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const [first] = given
  if (typeof first === 'object' && first !== null && 'port' in first) {
    return listen.apply(this, [{ ...first, host: '127.0.0.1' }, ...given.slice(1)])
  }
  if (/^\d+$/.test(String(first))) {
    const done = given.find((one) => typeof one === 'function')
    return listen.call(this, { port: Number(first), host: '127.0.0.1' }, done)
  }
  return listen.apply(this, given)
}

const { TestNetworkNoAppView } = await import('@atproto/dev-env')
const network = await TestNetworkNoAppView.create({
  plc: { port: Number(process.env.PLC_PORT) },
  pds: { port: Number(process.env.PDS_PORT), hostname: 'localhost' },
})
process.stdout.write(JSON.stringify({ pds: network.pds.url, plc: network.plc.url }) + '\n')

const close = async () => {
  await network.close()
  process.exit(0)
}
process.on('SIGTERM', close)
process.on('SIGINT', close)
process.stdin.on('end', close).resume()
