#!/usr/bin/env bash
# The walk of the README with curl, with requests as the documentation of Elasticsearch prints them.
set -eu
cd "$(dirname "$0")"
. ./checks.sh

good='{"_nodes":{"total":1,"successful":1,"failed":0},"cluster_name":"client-tests"}'

# clears EVICTED CURL-ARGUMENT…: a clear that goes well and evicts as many entries.
clears() {
  local evicted=$1 id got
  shift
  call 200 "$good" -X POST "$@"
  lacks '"failures"'
  id=$(value nodes | python3 -c 'import json, sys; print(*json.load(sys.stdin))')
  got=$(value nodes "$id" evicted)
  [ "$got" = "$evicted" ] || fail "clear ${*: -1}: evicted $got, expected $evicted"
}

# Who is there.
call 401 '{"error":{"type":"security_exception","reason":"missing authentication credentials for REST request [/]"},"status":401}' "$url/"
header 'WWW-Authenticate: Basic realm="security", charset="UTF-8"'
header 'WWW-Authenticate: ApiKey'
no_header x-elastic-product
call 200 '{"tagline":"You Know, for Search","cluster_name":"client-tests"}' "${elastic[@]}" "$url/"
header 'X-elastic-product: Elasticsearch'
header 'Content-Type: application/json'
node=$(value name)
call 200 '{"status":"green","timed_out":false,"number_of_nodes":1}' "${elastic[@]}" -X GET "$url/_cluster/health?wait_for_status=yellow&timeout=50s&pretty"
call 200 '' "$url/-/live"
call 200 '' "$url/-/ready"

# A role, a user, and its password.
call 200 '{"role":{"created":true}}' "${elastic[@]}" "${json[@]}" -X POST "$url/_security/role/my_admin_role?pretty" -d'
{
  "description": "Grants full access to all management features within the cluster.",
  "cluster": ["all"],
  "indices": [
    {
      "names": [ "index1", "index2" ],
      "privileges": ["all"],
      "field_security" : {
        "grant" : [ "title", "body" ]
      },
      "query": "{\"match\": {\"title\": \"foo\"}}"
    }
  ],
  "applications": [
    {
      "application": "myapp",
      "privileges": [ "admin", "read" ],
      "resources": [ "*" ]
    }
  ],
  "run_as": [ "other_user" ],
  "metadata" : {
    "version" : 1
  }
}
'
call 200 '{"my_admin_role":{"cluster":["all"],"run_as":["other_user"],"metadata":{"version":1},"transient_metadata":{"enabled":true},"indices":[{"names":["index1","index2"],"privileges":["all"],"field_security":{"grant":["title","body"]},"query":"{\"match\": {\"title\": \"foo\"}}","allow_restricted_indices":false}]}}' "${elastic[@]}" "$url/_security/role/my_admin_role"
call 200 '{"role":{"created":true}}' "${elastic[@]}" "${json[@]}" -X PUT "$url/_security/role/reader" -d '{"cluster":["monitor"]}'
first=l0ng-r4nd0m-p@ssw0rd
secret $first
call 200 '{"created":true}' "${elastic[@]}" "${json[@]}" -X POST "$url/_security/user/jacknich?pretty" -d'
{
  "password" : "l0ng-r4nd0m-p@ssw0rd",
  "roles" : [ "reader" ],
  "full_name" : "Jack Nicholson",
  "email" : "jacknich@example.com",
  "metadata" : {
    "intelligence" : 7
  }
}
'
me='{"username":"jacknich","roles":["reader"],"full_name":"Jack Nicholson","email":"jacknich@example.com","metadata":{"intelligence":7},"enabled":true,"authentication_realm":{"name":"default_native","type":"native"},"lookup_realm":{"name":"default_native","type":"native"},"authentication_type":"realm"}'
call 200 "$me" -u "jacknich:$first" -X GET "$url/_security/_authenticate?pretty"
second=new-test-password
secret $second
call 200 '{}' "${elastic[@]}" "${json[@]}" -X POST "$url/_security/user/jacknich/_password?pretty" -d'
{
  "password" : "new-test-password"
}
'
call 401 '{"error":{"type":"security_exception","reason":"unable to authenticate user [jacknich] for REST request [/_security/_authenticate]"}}' -u "jacknich:$first" "$url/_security/_authenticate"
call 200 "$me" -u "jacknich:$second" "$url/_security/_authenticate"
call 403 '{"error":{"type":"security_exception","reason":"action [cluster:admin/xpack/security/user/delete] is unauthorized for user [jacknich] with effective roles [reader], this action is granted by the cluster privileges [manage_security,all]"},"status":403}' -u "jacknich:$second" -X DELETE "$url/_security/user/elastic"
no_header x-elastic-product
no_header www-authenticate

# Role mappings.
call 200 '{"role_mapping":{"created":true}}' "${elastic[@]}" "${json[@]}" -X POST "$url/_security/role_mapping/mapping1?pretty" -d'
{
  "roles": [ "user"],
  "enabled": true,
  "rules": {
    "all": [
      { "any": [
          { "field": { "dn": "*,ou=admin,dc=example,dc=com" } },
          { "field": { "username": [ "es-admin", "es-system" ] } }
      ] },
      { "field": { "groups": "cn=people,dc=example,dc=com" } },
      { "except": { "field": { "metadata.terminated_date": null } } }
    ]
  },
  "metadata" : {
    "version" : 1
  }
}
'
call 200 '{"mapping1":{"enabled":true,"roles":["user"],"rules":{"all":[{"any":[{"field":{"dn":"*,ou=admin,dc=example,dc=com"}},{"field":{"username":["es-admin","es-system"]}}]},{"field":{"groups":"cn=people,dc=example,dc=com"}},{"except":{"field":{"metadata.terminated_date":null}}}]},"metadata":{"version":1}}}' "${elastic[@]}" "$url/_security/role_mapping/mapping1"
call 200 '{"role_mapping":{"created":true}}' "${elastic[@]}" "${json[@]}" -X PUT "$url/_security/role_mapping/my%20mapping" -d'
{
  "role_templates": [
    {
      "template": { "source": "{{#tojson}}groups{{/tojson}}" },
      "format" : "json"
    }
  ],
  "rules": {
    "field" : { "realm.name" : "saml1" }
  },
  "enabled": true
}
'
call 200 '{"my mapping":{"enabled":true,"role_templates":[{"template":"{\"source\":\"{{#tojson}}groups{{/tojson}}\"}","format":"json"}],"rules":{"field":{"realm.name":"saml1"}},"metadata":{}}}' "${elastic[@]}" "$url/_security/role_mapping/_all"
call 400 '{"error":{"type":"x_content_parse_exception","reason":"[1:31] [role-mapping] failed to parse field [rules]","caused_by":{"type":"parse_exception","reason":"failed to parse rules expression. object [rules] does not contain any fields"}},"status":400}' "${elastic[@]}" "${json[@]}" -X PUT "$url/_security/role_mapping/bad" -d '{"enabled":true,"roles":["r"],"rules":{}}'
call 404 '{}' "${elastic[@]}" "$url/_security/role_mapping/bad"
call 200 '{"found":true}' "${elastic[@]}" -X DELETE "$url/_security/role_mapping/my%20mapping"
call 200 '{"found":true}' "${elastic[@]}" -X DELETE "$url/_security/role_mapping/mapping1?pretty"
call 404 '{"found":false}' "${elastic[@]}" -X DELETE "$url/_security/role_mapping/mapping1"

# An API key.
call 200 '{"id":"<any>","name":"my-api-key","api_key":"<any>","encoded":"<any>"}' "${elastic[@]}" "${json[@]}" -X POST "$url/_security/api_key?pretty" -d'
{
  "name": "my-api-key",
  "expiration": "1d",
  "role_descriptors": {
    "role-a": {
      "cluster": ["all"],
      "indices": [
        {
          "names": ["index-a*"],
          "privileges": ["read"]
        }
      ]
    }
  },
  "metadata": {
    "application": "my-application",
    "environment": {
       "level": 1,
       "trusted": true,
       "tags": ["dev", "staging"]
    }
  }
}
'
id=$(value id)
key=$(value encoded)
secret "$key"
secret "$(value api_key)"
call 200 '{"username":"elastic","authentication_type":"api_key","api_key":{"name":"my-api-key"}}' -H "Authorization: ApiKey $key" "$url/_security/_authenticate"
call 200 '{"api_keys":[{"name":"my-api-key","type":"rest","invalidated":false,"username":"elastic","realm":"reserved"}]}' "${elastic[@]}" "$url/_security/api_key?id=$id"
clears 1 "${elastic[@]}" "$url/_security/api_key/$id/_clear_cache?pretty"
clears 0 "${elastic[@]}" "$url/_security/api_key/$id,nobody/_clear_cache"
call 200 '' -H "Authorization: ApiKey $key" "$url/_security/_authenticate"
clears 0 "${elastic[@]}" "$url/_security/api_key/a,*/_clear_cache"
clears 1 "${elastic[@]}" "$url/_security/api_key/nobody%2C$id/_clear_cache"
call 200 '' -H "Authorization: ApiKey $key" "$url/_security/_authenticate"
clears 1 "${elastic[@]}" "$url/_security/api_key/*/_clear_cache"
clears 0 "${elastic[@]}" "$url/_security/api_key/_all/_clear_cache"
call 200 "{\"invalidated_api_keys\":[\"$id\"],\"previously_invalidated_api_keys\":[],\"error_count\":0}" "${elastic[@]}" "${json[@]}" -X DELETE "$url/_security/api_key?pretty" -d"
{
  \"ids\" : [ \"$id\" ]
}
"
call 401 "{\"error\":{\"type\":\"security_exception\",\"additional_unsuccessful_credentials\":\"API key: api key [$id] has been invalidated\"}}" -H "Authorization: ApiKey $key" "$url/_security/_authenticate"
call 401 '{"error":{"additional_unsuccessful_credentials":"API key: invalid ApiKey value"}}' -H "Authorization: ApiKey bm9jb2xvbg==" "$url/_security/_authenticate"
call 404 '{"api_keys":[]}' "${elastic[@]}" "$url/_security/api_key?id=nobody"

# A service token.
token='{"created":true,"token":{"name":"token1","value":"<any>"}}'
call 200 "$token" "${elastic[@]}" -X POST "$url/_security/service/elastic/fleet-server/credential/token/token1?pretty"
bearer=$(value token value)
secret "$bearer"
call 200 '{"username":"elastic/fleet-server","authentication_type":"token","token":{"name":"token1","type":"_service_account_index"}}' -H "Authorization: Bearer $bearer" "$url/_security/_authenticate"
call 200 '{"service_account":"elastic/fleet-server","count":1,"tokens":{"token1":{}}}' "${elastic[@]}" "$url/_security/service/elastic/fleet-server/credential"
clears 1 "${elastic[@]}" "$url/_security/service/elastic/fleet-server/credential/token/token1/_clear_cache?pretty"
clears 0 "${elastic[@]}" "$url/_security/service/elastic/fleet-server/credential/token/token1,token2/_clear_cache"
clears 0 "${elastic[@]}" "$url/_security/service/nowhere/nothing/credential/token/_all/_clear_cache"
call 400 '{"error":{"type":"illegal_argument_exception"},"status":400}' "${elastic[@]}" -X POST "$url/_security/service/elastic/fleet-server/credential/token/a,*/_clear_cache"
call 200 '{"found":true}' "${elastic[@]}" -X DELETE "$url/_security/service/elastic/fleet-server/credential/token/token1?pretty"
call 401 '{"error":{"type":"security_exception","reason":"failed to authenticate service account [elastic/fleet-server] with token name [token1]"}}' -H "Authorization: Bearer $bearer" "$url/_security/_authenticate"
call 404 '{"found":false}' "${elastic[@]}" -X DELETE "$url/_security/service/elastic/fleet-server/credential/token/token1"

# The file tool: the node has taken the change in when it is done.
line=$("$PORTCULLIS_BIN" service-tokens create elastic/fleet-server file1 | grep '^SERVICE_TOKEN')
bearer=${line##* = }
secret "$bearer"
call 200 '{"token":{"name":"file1","type":"_service_account_file"}}' -H "Authorization: Bearer $bearer" "$url/_security/_authenticate"
[ "$("$PORTCULLIS_BIN" service-tokens list elastic/fleet-server)" = elastic/fleet-server/file1 ] || fail 'service-tokens list'
call 200 "{\"count\":1,\"tokens\":{},\"nodes_credentials\":{\"file_tokens\":{\"file1\":{\"nodes\":[\"$node\"]}}}}" "${elastic[@]}" "$url/_security/service/elastic/fleet-server/credential"
[ "$(stat -c %a "$PORTCULLIS_PATH_CONF/service_tokens")" = 600 ] || fail 'others may read service_tokens'
"$PORTCULLIS_BIN" service-tokens delete elastic/fleet-server file1 >/dev/null
call 401 '{"error":{"type":"security_exception"}}' -H "Authorization: Bearer $bearer" "$url/_security/_authenticate"
! "$PORTCULLIS_BIN" service-tokens delete elastic/fleet-server file1 >/dev/null 2>&1 || fail 'deleting what is not there'

# Clearing realms. A wrong password above left nothing behind that counts for the user of this part.
secret "the-cache-password"
for name in ann bob; do
  call 200 '{"created":true}' "${elastic[@]}" "${json[@]}" -X PUT "$url/_security/user/$name" -d '{"password":"the-cache-password","roles":["reader"]}'
  call 200 '' -u "$name:the-cache-password" "$url/"
done
clears 1 "${elastic[@]}" "$url/_security/realm/default_native/_clear_cache?usernames=ann&pretty"
clears 0 "${elastic[@]}" "$url/_security/realm/default_native/_clear_cache?usernames=ann,nobody"
clears 1 "${elastic[@]}" "$url/_security/realm/default_native/_clear_cache?usernames=bob,*"
call 200 '' -u ann:the-cache-password "$url/"
call 200 '' -u bob:the-cache-password "$url/"
clears 2 "${elastic[@]}" "$url/_security/realm/default_file,default_native/_clear_cache?usernames=ann%2Cbob"
call 200 '' -u ann:the-cache-password "$url/"
clears 1 "${elastic[@]}" "$url/_security/realm/*/_clear_cache?usernames=ann"
call 200 "$good" "${elastic[@]}" -X POST "$url/_security/realm/default_native/_clear_cache?usernames="
clears 0 "${elastic[@]}" "$url/_security/realm/default_native/_clear_cache"
call 200 '' -u ann:the-cache-password "$url/"
unknown='{"_nodes":{"total":1,"successful":0,"failed":1,"failures":[{"type":"failed_node_exception","reason":"<any>","node_id":"<any>","caused_by":{"type":"illegal_argument_exception","reason":"could not find active realm [nowhere]"}}]},"nodes":{}}'
call 200 "$unknown" "${elastic[@]}" -X POST "$url/_security/realm/default_native,nowhere,reserved/_clear_cache?usernames=ann"
lacks stack_trace
clears 0 "${elastic[@]}" "$url/_security/realm/default_native/_clear_cache?usernames=ann"
traced='{"_nodes":{"failures":[{"type":"failed_node_exception","stack_trace":"<any>","caused_by":{"stack_trace":"<any>"}}]}}'
call 200 "$traced" "${elastic[@]}" -X POST "$url/_security/realm/nowhere/_clear_cache?error_trace=true"
case $(value _nodes failures 0 stack_trace) in *.rs:*) ;; *) fail 'a stack trace that names no place in the code' ;; esac

# Clearing roles.
call 200 "$good" "${elastic[@]}" -X POST "$url/_security/role/*/_clear_cache"
call 200 '' -u ann:the-cache-password "$url/"
clears 0 "${elastic[@]}" "$url/_security/role/nobody,*/_clear_cache"
clears 1 "${elastic[@]}" "$url/_security/role/reader/_clear_cache?pretty"
clears 0 "${elastic[@]}" "$url/_security/role/reader/_clear_cache"

# Without the privilege.
for privilege in manage_api_key manage_service_account; do
  call 200 '' "${elastic[@]}" "${json[@]}" -X PUT "$url/_security/role/only-$privilege" -d "{\"cluster\":[\"$privilege\"]}"
  call 200 '' "${elastic[@]}" "${json[@]}" -X PUT "$url/_security/user/$privilege" -d "{\"password\":\"the-cache-password\",\"roles\":[\"only-$privilege\"]}"
  for target in 'realm/*:realm/cache/clear' 'role/reader:roles/cache/clear' 'api_key/*:cache/clear' \
    'service/elastic/fleet-server/credential/token/*:cache/clear' 'privilege/*:cache/clear'; do
    sentence="action [cluster:admin/xpack/security/${target#*:}] is unauthorized for user [$privilege] with effective roles [only-$privilege], this action is granted by the cluster privileges [manage_security,all]"
    call 403 "{\"error\":{\"type\":\"security_exception\",\"reason\":\"$sentence\"},\"status\":403}" \
      -u "$privilege:the-cache-password" -X POST "$url/_security/${target%:*}/_clear_cache"
  done
done

# What is not there, and what is not served.
call 400 '{"error":"no handler found for uri [/nowhere] and method [GET]"}' "${elastic[@]}" "$url/nowhere"
call 405 '{"error":"Incorrect HTTP method for uri [/_security/realm/*/_clear_cache] and method [GET], allowed: [POST]","status":405}' "${elastic[@]}" -X GET "$url/_security/realm/*/_clear_cache"
header 'Allow: POST'
call 406 '{"error":"Content-Type header [application/x-www-form-urlencoded] is not supported","status":406}' "${elastic[@]}" -X PUT "$url/_security/user/x" -d '{}'
call 400 '{"error":{"type":"illegal_argument_exception","reason":"request [/_security/realm/*/_clear_cache] contains unrecognized parameter: [usrnames] -> did you mean [usernames]?"}}' "${elastic[@]}" -X POST "$url/_security/realm/*/_clear_cache?usrnames=a"
call 401 '' "$url/nowhere"

echo "curl: $count checks"
