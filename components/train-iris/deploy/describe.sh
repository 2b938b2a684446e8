#!/usr/bin/env bash
exec node published.mjs describe
