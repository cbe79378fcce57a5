"""Signatures, encryption of secrets, pairing keys, and masking of personal data."""

from agent.security.masking import mask_text, mask_value
from agent.security.pairing import Pairing, PairingKey
from agent.security.signing import (
    NonceStore,
    SignatureRefused,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from agent.security.vault import Vault

__all__ = [
    "NonceStore",
    "Pairing",
    "PairingKey",
    "SignatureRefused",
    "Vault",
    "mask_text",
    "mask_value",
    "sign_request",
    "sign_response",
    "verify_request",
    "verify_response",
]
