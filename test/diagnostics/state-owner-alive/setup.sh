#!/usr/bin/env bash
# The process that is there on every machine.
mkdir -p "$PAICTL_STATE_DIR/project"
cat > "$PAICTL_STATE_DIR/project/leases.json" <<END
{"v":2,"leases":[{"pid":1,"startTime":"","boot":"","host":"$(node -p 'os.hostname()')","command":"paictl service start web","since":"2026-01-02T03:04:05.000Z","nonce":"0123456789abcdef","run":null,"planning":false,"exclusive":["web"],"shared":[]}]}
END
