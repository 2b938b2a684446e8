// Loaded before a measured command: writes its peak memory to file descriptor 3 when it ends.
const { writeSync } = require('node:fs')

// In KiB, on every system.
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)))
