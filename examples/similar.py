"""Ranks the faces of one photograph by likeness to the largest face of another.

pip install requests
python3 examples/similar.py wanted.jpg crowd.jpg
"""

import os
import sys

import requests

API = os.environ.get("FACE_ENDPOINT", "http://127.0.0.1:7071") + "/face/v1.0"
KEY = os.environ.get("FACE_KEY", "visage-local-key-of-the-first-subscription")

session = requests.Session()
session.headers["Ocp-Apim-Subscription-Key"] = KEY


def call(path, **options):
    response = session.post(f"{API}/{path}", timeout=60, **options)
    if not response.ok:
        sys.exit(response.json()["error"]["message"])
    return response.json()


def detect(file):
    models = {"detectionModel": "detection_03", "recognitionModel": "recognition_04"}
    with open(file, "rb") as photograph:
        return call(
            "detect",
            params=models,
            data=photograph.read(),
            headers={"Content-Type": "application/octet-stream"},
        )


wanted, crowd = (detect(file) for file in sys.argv[1:3])
places = {face["faceId"]: face["faceRectangle"] for face in crowd}
ranking = call(
    "findsimilars",
    json={"faceId": wanted[0]["faceId"], "faceIds": list(places), "mode": "matchFace"},
)
for similar in ranking:
    place = places[similar["faceId"]]
    print(f"{similar['confidence']:.2f} at {place['left']},{place['top']}")
