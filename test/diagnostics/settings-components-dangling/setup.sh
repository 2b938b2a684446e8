#!/usr/bin/env bash
ln -s elsewhere components
