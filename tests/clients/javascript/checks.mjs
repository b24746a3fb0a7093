// How the scripts check answers and write secrets down. What is expected stands in the scripts.

import { appendFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isDeepStrictEqual } from 'node:util'

// The client is installed outside the repository.
const require = createRequire(process.env.CLIENT_MODULES + '/')
export const { Client, errors } = require('@elastic/elasticsearch')
export const version = require('@elastic/elasticsearch/package.json').version

export function environment (name) {
  const value = process.env['PORTCULLIS_' + name]
  if (value === undefined) throw new Error(`PORTCULLIS_${name} is not set`)
  return value
}

// Notes a secret of this run: the runner looks for it in the log of the node.
export function secret (value) {
  appendFileSync(environment('SECRETS'), value + '\n')
  return value
}

export let count = 0

export function equal (what, got, expected) {
  if (!isDeepStrictEqual(got, expected)) {
    throw new Error(`${what}:\n       got ${JSON.stringify(got)}\n  expected ${JSON.stringify(expected)}`)
  }
  count += 1
}

// `call` must be answered with `status` and an error of type `kind`; gives the error back.
export async function refused (what, status, kind, call, reason) {
  let answer
  try {
    answer = await call()
  } catch (error) {
    if (!(error instanceof errors.ResponseError)) throw error
    equal(`${what}: status`, error.statusCode, status)
    equal(`${what}: status in the body`, error.body.status, status)
    equal(`${what}: error.type`, error.body.error.type, kind)
    if (reason !== undefined) equal(`${what}: error.reason`, error.body.error.reason, reason)
    return error.body.error
  }
  throw new Error(`${what}: not refused, but answered with the fields ${Object.keys(answer)}`)
}

export function connect (auth, headers = {}) {
  return new Client({ node: environment('URL'), auth, headers, maxRetries: 0, requestTimeout: 60000 })
}
