/** JSON Schema's validators, in a module of their own so that only those who have a schema load them. */
export { Ajv } from 'ajv'
export { Ajv2020 } from 'ajv/dist/2020.js'
