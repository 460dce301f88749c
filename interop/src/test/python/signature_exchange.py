"""Signs and verifies models with the reference's ScaleoutModel, with keys in each of the usual forms.

    signature_exchange.py sign FOLDER    writes a pair of keys in each form and a model that is signed with them
    signature_exchange.py verify FOLDER  tells what verifying gives for the model, the keys and the signature found there

In a folder lie model.scm, signature.json, private.pem and public.pem, private.jwk and public.jwk, private.raw and public.raw.
"""

import json
import sys
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key, load_pem_public_key
from jwt.algorithms import OKPAlgorithm

from scaleoututil.utils.model import ScaleoutModel, ScaleoutModelBuilder


def write_keys(folder, private):
    public = private.public_key()
    for name, key, plain, pem in (
        ("private", private, private.private_bytes_raw(), private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
        ("public", public, public.public_bytes_raw(), public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)),
    ):
        (folder / f"{name}.raw").write_bytes(plain)
        (folder / f"{name}.pem").write_bytes(pem)
        (folder / f"{name}.jwk").write_text(OKPAlgorithm.to_jwk(key))


def read_keys(folder, name, pem, raw):
    return {
        "pem": pem((folder / f"{name}.pem").read_bytes()),
        "jwk": OKPAlgorithm.from_jwk((folder / f"{name}.jwk").read_text()),
        "raw": raw((folder / f"{name}.raw").read_bytes()),
    }


def sign(folder):
    private = Ed25519PrivateKey.generate()
    write_keys(folder, private)
    builder = ScaleoutModelBuilder.from_training_model([np.arange(6, dtype=np.float32)])
    builder.set_metadata("note", "größer als 0")
    builder.set_inference_model(b"\x00\x01inference", "onnx")
    # Their order by code point is not that by UTF-16 unit.
    builder.set_file("\ufb01.txt", b"a ligature")
    builder.set_file("\U0001f642.txt", b"a smile")
    with builder.build() as model:
        model.save_to_file(str(folder / "model.scm"))
        (folder / "signature.json").write_text(json.dumps(model.sign(private, signer_id="python")))
    return {}


def verify(folder):
    expected = json.loads((folder / "signature.json").read_text())
    privates = read_keys(folder, "private", lambda data: load_pem_private_key(data, None), Ed25519PrivateKey.from_private_bytes)
    publics = read_keys(folder, "public", load_pem_public_key, Ed25519PublicKey.from_public_bytes)
    with ScaleoutModel.from_file(str(folder / "model.scm")) as model:
        other = model.to_builder().set_model_id("another").build()
        return {
            "verified": {form: model.verify_signature(key, expected["signature"]) for form, key in publics.items()},
            "signed alike": {form: model.sign(key, signer_id=expected["signer_id"]) == expected for form, key in privates.items()},
            "verified for another model": other.verify_signature(publics["pem"], expected["signature"]),
        }


def main():
    command, folder = sys.argv[1:]
    json.dump({"sign": sign, "verify": verify}[command](Path(folder)), sys.stdout)


if __name__ == "__main__":
    main()
