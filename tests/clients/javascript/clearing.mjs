// The clear-cache APIs with the official JavaScript client, which sends the list `a,b` as `a%2Cb`.
//
// `evicted`, which Portcullis tells beyond Elasticsearch, is how the script sees what was warm.

import { connect, equal, refused, secret } from './checks.mjs'

const account = { namespace: 'elastic', service: 'fleet-server' }
let nodeName

export async function clearing (elastic) {
  nodeName = (await elastic.info()).name
  const users = {}
  for (const name of ['ann', 'bob']) {
    const password = secret(`${name}-only-password`)
    await elastic.security.putRole({ name: `${name}-role`, cluster: ['monitor'] })
    await elastic.security.putUser({ username: name, password, roles: [`${name}-role`] })
    users[name] = connect({ username: name, password })
  }
  const warm = async () => { for (const user of Object.values(users)) await user.info() }
  await realms(elastic.security, warm)
  await roles(elastic.security, warm)
  await apiKeys(elastic.security)
  await serviceTokens(elastic.security)
  const none = await elastic.security.clearCachedPrivileges({ application: ['a', 'b'] })
  cleared('privileges', none, 0)
}

// The answer of a clear that went well, with the number of entries that it evicted.
function cleared (what, answer, evicted) {
  equal(`${what}: _nodes`, answer._nodes, { total: 1, successful: 1, failed: 0 })
  equal(`${what}: cluster_name`, answer.cluster_name, 'client-tests')
  equal(`${what}: nodes`, Object.values(answer.nodes), [{ name: nodeName, evicted }])
}

async function realms (security, warm) {
  const native = usernames => security.clearCachedRealms({ realms: 'default_native', usernames })
  await warm()
  cleared('one user', await native('ann'), 1)
  cleared('it is cold', await native(['ann', '*']), 0)
  cleared('the other one was warm', await native('bob'), 1)
  await warm()
  const both = { realms: ['default_file', 'default_native'], usernames: ['ann', 'bob'] }
  cleared('two realms and two users', await security.clearCachedRealms(both), 2)
  await warm()
  cleared('all realms', await security.clearCachedRealms({ realms: '*', usernames: ['ann', 'bob'] }), 2)
  await warm()
  const answer = await security.clearCachedRealms({ realms: ['default_native', 'nowhere'], usernames: ['ann'] })
  const { failures, ...counts } = answer._nodes
  equal('_nodes', counts, { total: 1, successful: 0, failed: 1 })
  equal('a failed node is not in nodes', answer.nodes, {})
  const cause = { type: 'illegal_argument_exception', reason: 'could not find active realm [nowhere]' }
  const [id] = failures.map(failure => failure.node_id)
  const failure = { type: 'failed_node_exception', reason: `Failed node [${id}]`, node_id: id, caused_by: cause }
  equal('failures', failures, [failure])
  cleared('the realm before the unknown one', await native('ann'), 0)
  await unprivileged(security, 'realm/cache/clear', caller => caller.clearCachedRealms({ realms: '*' }))
}

async function roles (security, warm) {
  const clear = name => security.clearCachedRoles({ name })
  await clear('*')
  await warm()
  cleared('one role', await clear('ann-role'), 1)
  cleared('unknown ones', await clear(['ann-role', 'nobody', '*']), 0)
  cleared('the other one was warm', await clear('bob-role'), 1)
  await warm()
  cleared('two roles', await clear(['ann-role', 'bob-role']), 2)
  await unprivileged(security, 'roles/cache/clear', caller => caller.clearCachedRoles({ name: 'ann-role' }))
}

async function apiKeys (security) {
  const keys = []
  for (const name of ['clear-1', 'clear-2']) keys.push(await security.createApiKey({ name }))
  const ids = keys.map(key => key.id)
  const warm = async () => {
    for (const key of keys) await connect({ apiKey: secret(key.encoded) }).security.authenticate()
  }
  const clear = ids => security.clearApiKeyCache({ ids })
  await clear('_all')
  await warm()
  cleared('one key', await clear(ids[0]), 1)
  cleared('unknown ones', await clear([ids[0], 'nobody', '*']), 0)
  cleared('the other one was warm', await clear(ids[1]), 1)
  for (const everything of [ids, '*', '_all']) {
    await warm()
    cleared(`two keys, by ${everything}`, await clear(everything), 2)
  }
  await unprivileged(security, 'cache/clear', caller => caller.clearApiKeyCache({ ids: '*' }))
}

async function serviceTokens (security) {
  const bearers = []
  for (const name of ['clear-1', 'clear-2']) {
    bearers.push(secret((await security.createServiceToken({ ...account, name })).token.value))
  }
  const warm = async () => { for (const bearer of bearers) await connect({ bearer }).security.authenticate() }
  const clear = name => security.clearCachedServiceTokens({ ...account, name })
  await clear('*')
  await warm()
  cleared('one token', await clear('clear-1'), 1)
  cleared('unknown ones', await clear(['clear-1', 'nobody']), 0)
  cleared('the other one was warm', await clear('clear-2'), 1)
  for (const everything of [['clear-1', 'clear-2'], '*', '_all']) {
    await warm()
    cleared(`two tokens, by ${everything}`, await clear(everything), 2)
  }
  for (const bad of ['*', '_bad', 'not a name']) {
    const error = await refused('a bad name', 400, 'illegal_argument_exception', () => clear(['clear-1', bad]))
    equal('its reason', error.reason.startsWith(`invalid service token name [${bad}]. service account token`), true)
  }
  const call = caller => caller.clearCachedServiceTokens({ ...account, name: 'clear-1' })
  await unprivileged(security, 'cache/clear', call)
}

// Neither `manage_api_key` nor `manage_service_account` may clear; `manage_security` may.
async function unprivileged (security, action, call) {
  for (const privilege of ['manage_api_key', 'manage_service_account', 'manage_security']) {
    const username = `only-${privilege}`
    const password = secret(`${username}-password`)
    await security.putRole({ name: username, cluster: [privilege] })
    await security.putUser({ username, password, roles: [username] })
    const caller = connect({ username, password }).security
    if (privilege === 'manage_security') {
      equal(`${action} by ${username}`, (await call(caller))._nodes.failed, 0)
      continue
    }
    const reason = `action [cluster:admin/xpack/security/${action}] is unauthorized for user [${username}]` +
      ` with effective roles [${username}], this action is granted by the cluster privileges [manage_security,all]`
    await refused(`${action} by ${username}`, 403, 'security_exception', () => call(caller), reason)
  }
}
