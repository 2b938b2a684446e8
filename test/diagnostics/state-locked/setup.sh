#!/usr/bin/env bash
mkdir -p "$PAICTL_STATE_DIR/project"
cat > "$PAICTL_STATE_DIR/project/lock.json" <<'END'
{"v":1,"pid":4711,"startTime":"1","boot":"1","host":"elsewhere","command":"paictl service stop --all","since":"2026-01-02T03:04:05.000Z","nonce":"0123456789abcdef"}
END
