// The walk of the README with the official JavaScript client, unmodified, through its typed methods.

import { execFileSync } from 'node:child_process'

import { connect, count, environment, equal, refused, secret, version } from './checks.mjs'
import { clearing } from './clearing.mjs'

const account = { namespace: 'elastic', service: 'fleet-server' }
const native = { name: 'default_native', type: 'native' }
const elastic = connect({ username: 'elastic', password: environment('PASSWORD') })

async function information () {
  const answer = await elastic.info()
  equal('tagline', answer.tagline, 'You Know, for Search')
  equal('cluster_name', answer.cluster_name, 'client-tests')
  equal('ping', await elastic.ping(), true)
  equal('health', (await elastic.cluster.health()).status, 'green')
}

async function usersAndRoles () {
  const role = {
    cluster: ['monitor'],
    indices: [{ names: ['logs-*'], privileges: ['read'], allow_restricted_indices: false }],
    applications: [],
    run_as: [],
    metadata: { owner: 'gate' }
  }
  equal('put role', await elastic.security.putRole({ name: 'reader', ...role }), { role: { created: true } })
  const shown = { reader: { ...role, transient_metadata: { enabled: true } } }
  equal('get role', await elastic.security.getRole({ name: 'reader' }), shown)

  const password = secret('jo-first-password')
  const user = { roles: ['reader'], full_name: 'Jo March', email: 'jo@example.org', metadata: { team: 'gate' } }
  equal('put user', await elastic.security.putUser({ username: 'jo', password, ...user }), { created: true })
  const jo = connect({ username: 'jo', password })
  equal('authenticate', await jo.security.authenticate(), {
    username: 'jo',
    ...user,
    enabled: true,
    authentication_realm: native,
    lookup_realm: native,
    authentication_type: 'realm'
  })

  const renewed = secret('jo-second-password')
  equal('change password', await elastic.security.changePassword({ username: 'jo', password: renewed }), {})
  const reason = 'unable to authenticate user [jo] for REST request [/_security/_authenticate]'
  await refused('the old password', 401, 'security_exception', () => jo.security.authenticate(), reason)
  const again = connect({ username: 'jo', password: renewed })
  equal('the new password', (await again.security.authenticate()).username, 'jo')

  const asJo = connect({ username: 'elastic', password: environment('PASSWORD') }, { 'es-security-runas-user': 'jo' })
  equal('run as', (await asJo.security.authenticate()).lookup_realm, native)

  equal('disable', await elastic.security.disableUser({ username: 'jo' }), {})
  await refused('disabled', 401, 'security_exception', () => again.security.authenticate())
  equal('enable', await elastic.security.enableUser({ username: 'jo' }), {})
  equal('enabled', (await again.security.authenticate()).enabled, true)
  equal('delete user', await elastic.security.deleteUser({ username: 'jo' }), { found: true })
  await refused('deleted', 401, 'security_exception', () => again.security.authenticate())
  equal('delete role', await elastic.security.deleteRole({ name: 'reader' }), { found: true })
}

async function roleMappings () {
  const mapping = {
    enabled: true,
    roles: ['reader'],
    rules: { all: [{ field: { groups: 'cn=admins,*' } }, { except: { field: { username: ['guest', null] } } }] },
    metadata: { version: 1 }
  }
  const put = (name, body) => elastic.security.putRoleMapping({ name, ...body })
  equal('put role mapping', await put('my mapping', mapping), { role_mapping: { created: true } })
  equal('put it again', await put('my mapping', mapping), { role_mapping: { created: false } })
  equal('get role mapping', await elastic.security.getRoleMapping({ name: 'my mapping' }), { 'my mapping': mapping })
  const template = { source: '{{#tojson}}groups{{/tojson}}' }
  const templated = { enabled: false, role_templates: [{ template, format: 'json' }], rules: { any: [] } }
  await put('templated', templated)
  const shown = (await elastic.security.getRoleMapping({ name: ['templated', 'my mapping'] })).templated
  equal('a template is a text', shown.role_templates, [{ template: JSON.stringify(template), format: 'json' }])
  equal('all', Object.keys(await elastic.security.getRoleMapping()).sort(), ['my mapping', 'templated'])
  const wrong = () => put('wrong', { ...mapping, rules: { any: [{ except: mapping.rules }] } })
  const error = await refused('a wrong rule', 400, 'x_content_parse_exception', wrong)
  const cause = 'failed to parse rules expression. field [except] is not allowed within [any]'
  equal('its cause', error.caused_by, { type: 'parse_exception', reason: cause })
  for (const name of ['my mapping', 'templated']) {
    equal('delete', await elastic.security.deleteRoleMapping({ name }), { found: true })
  }
  equal('none is left', await elastic.security.getRoleMapping(), {})
}

async function apiKeys () {
  const key = await elastic.security.createApiKey({ name: 'walk', expiration: '1d', metadata: { step: 3 } })
  secret(key.api_key)
  secret(key.encoded)
  // The client takes both forms of a key.
  for (const apiKey of [key.encoded, { id: key.id, api_key: key.api_key }]) {
    const answer = await connect({ apiKey }).security.authenticate()
    equal('api_key', answer.api_key, { id: key.id, name: 'walk' })
    equal('authentication_type', answer.authentication_type, 'api_key')
  }
  const listed = (await elastic.security.getApiKey({ id: key.id })).api_keys
  equal('get', [listed.length, listed[0].name, listed[0].invalidated], [1, 'walk', false])
  equal('invalidate', await elastic.security.invalidateApiKey({ ids: [key.id] }), {
    invalidated_api_keys: [key.id],
    previously_invalidated_api_keys: [],
    error_count: 0
  })
  const gone = () => connect({ apiKey: key.encoded }).security.authenticate()
  const error = await refused('invalidated', 401, 'security_exception', gone)
  const detail = `API key: api key [${key.id}] has been invalidated`
  equal('its detail', error.additional_unsuccessful_credentials, detail)
  const wrong = { id: key.id, api_key: secret('not-the-secret-of-it') }
  const guess = () => connect({ apiKey: wrong }).security.authenticate()
  const other = await refused('a wrong secret', 401, 'security_exception', guess)
  const invalid = `API key: invalid credentials for API key [${key.id}]`
  equal('its detail', other.additional_unsuccessful_credentials, invalid)
}

async function serviceTokens () {
  const created = await elastic.security.createServiceToken({ ...account, name: 'token1' })
  const bearer = secret(created.token.value)
  equal('create', created, { created: true, token: { name: 'token1', value: bearer } })
  const holder = connect({ bearer })
  const token = (await holder.security.authenticate()).token
  equal('authenticate', token, { name: 'token1', type: '_service_account_index' })
  const listed = await elastic.security.getServiceCredentials(account)
  equal('list', [listed.count, listed.tokens], [1, { token1: {} }])
  equal('delete', await elastic.security.deleteServiceToken({ ...account, name: 'token1' }), { found: true })
  const reason = 'failed to authenticate service account [elastic/fleet-server] with token name [token1]'
  await refused('deleted', 401, 'security_exception', () => holder.security.authenticate(), reason)
}

async function fileTokens () {
  const tool = (...words) => execFileSync(environment('BIN'), ['service-tokens', ...words], { encoding: 'utf8' })
  const line = tool('create', 'elastic/fleet-server', 'file1').split('\n').find(line => line.includes(' = '))
  const bearer = secret(line.split(' = ')[1].trim())
  const holder = connect({ bearer })
  const token = (await holder.security.authenticate()).token
  equal('a file token', token, { name: 'file1', type: '_service_account_file' })
  equal('list', tool('list', 'elastic/fleet-server').trim(), 'elastic/fleet-server/file1')
  tool('delete', 'elastic/fleet-server', 'file1')
  await refused('deleted', 401, 'security_exception', () => holder.security.authenticate())
}

for (const step of [information, usersAndRoles, roleMappings, apiKeys, serviceTokens, fileTokens]) {
  await step()
}
await clearing(elastic)
console.log(`@elastic/elasticsearch ${version}: ${count} checks`)
