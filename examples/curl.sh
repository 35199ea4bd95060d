#!/usr/bin/env bash
# Finds the faces of a photograph: examples/curl.sh photograph.jpg
set -euo pipefail
endpoint=${FACE_ENDPOINT:-http://127.0.0.1:7071}
key=${FACE_KEY:-visage-local-key-of-the-first-subscription}

curl --silent --show-error --fail-with-body \
  "$endpoint/face/v1.0/detect?returnFaceLandmarks=true&returnFaceAttributes=age,glasses,headPose" \
  -H "Ocp-Apim-Subscription-Key: $key" \
  -H 'Content-Type: application/octet-stream' \
  --data-binary "@$1"
