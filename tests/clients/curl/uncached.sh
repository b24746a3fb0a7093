#!/usr/bin/env bash
# A node without a cache of API keys (`xpack.security.authc.api_key.cache.ttl: 0`): keys work, clearing fails on the node.
set -eu
cd "$(dirname "$0")"
. ./checks.sh

call 200 '' "${elastic[@]}" "${json[@]}" -X POST "$url/_security/api_key" -d '{"name":"uncached"}'
id=$(value id)
key=$(value encoded)
secret "$key"
secret "$(value api_key)"
call 200 '{"authentication_type":"api_key"}' -H "Authorization: ApiKey $key" "$url/_security/_authenticate"
call 200 '{"authentication_type":"api_key"}' -H "Authorization: ApiKey $key" "$url/_security/_authenticate"

failed='{"_nodes":{"total":1,"successful":0,"failed":1,"failures":[{"type":"failed_node_exception","reason":"<any>","node_id":"<any>","caused_by":{"reason":"No cache named [api_key] is found"}}]},"cluster_name":"client-tests","nodes":{}}'
for ids in "$id" "$id,nobody" '*' _all; do
  call 200 "$failed" "${elastic[@]}" -X POST "$url/_security/api_key/$ids/_clear_cache"
  lacks stack_trace
done
call 200 '{"_nodes":{"failures":[{"stack_trace":"<any>","caused_by":{"stack_trace":"<any>"}}]}}' "${elastic[@]}" -X POST "$url/_security/api_key/*/_clear_cache?error_trace=true"
call 200 '{"_nodes":{"total":1,"successful":1,"failed":0}}' "${elastic[@]}" -X POST "$url/_security/service/elastic/fleet-server/credential/token/*/_clear_cache"

call 200 "{\"invalidated_api_keys\":[\"$id\"]}" "${elastic[@]}" "${json[@]}" -X DELETE "$url/_security/api_key" -d "{\"ids\":[\"$id\"]}"
call 401 "{\"error\":{\"additional_unsuccessful_credentials\":\"API key: api key [$id] has been invalidated\"}}" -H "Authorization: ApiKey $key" "$url/_security/_authenticate"

echo "curl without a cache of API keys: $count checks"
