"""Tells what the reference runs on."""

import platform
from importlib.metadata import version

packages = ["scaleout", "grpcio", "protobuf", "numpy"]
print(f"Python {platform.python_version()} with", ", ".join(f"{name} {version(name)}" for name in packages))
