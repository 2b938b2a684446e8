export const machines = 4
