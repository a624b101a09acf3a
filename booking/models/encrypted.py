"""Where the first migrations find the field; it lives in `services.encrypted`."""

from services.encrypted import EncryptedJSONField

__all__ = ["EncryptedJSONField"]
