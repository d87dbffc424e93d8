"""One-time codes: the vectors of RFC 6238, and seeds as platforms give them."""

import base64

import pytest

from tabard.safety import totp

KEYS = {"SHA1": 20, "SHA256": 32, "SHA512": 64}
# RFC 6238, appendix B: seconds, and the codes of eight digits by the three hashes.
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]


@pytest.mark.parametrize(("at", "sha1", "sha256", "sha512"), VECTORS)
def test_the_vectors_of_the_standard(at, sha1, sha256, sha512):
    for name, expected in zip(KEYS, (sha1, sha256, sha512), strict=True):
        key = base64.b32encode((b"1234567890" * 7)[: KEYS[name]]).decode()
        found, left = totp.code(totp.seed(f"otpauth://totp/x?secret={key}&algorithm={name}&digits=8"), at)
        assert (found, left) == (expected, 30 - at % 30)


def test_a_seed_as_a_platform_shows_it():
    plain = totp.Seed("JBSWY3DPEHPK3PXPJBSWY3DP")
    assert totp.seed("jbsw y3dp ehpk 3pxp jbsw y3dp") == plain
    assert totp.seed("JBSWY3DP-EHPK3PXP-JBSWY3DP====") == plain
    given = (
        "otpauth://totp/Meta:press%40meridian.example?secret=JBSWY3DPEHPK3PXPJBSWY3DP&issuer=Meta&period=60"
    )
    assert totp.seed(given) == totp.Seed(plain.key, period=60)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "123456",
        "not base32!",
        "AAAA",
        "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DP",
        "otpauth://totp/x",
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DP&digits=5",
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DP&period=0",
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DP&algorithm=MD5",
        "A" * 5000,
        "²" * 32,
        "otpauth://[x/?secret=A",
    ],
)
def test_what_is_no_seed_is_refused(given):
    with pytest.raises(ValueError):
        totp.seed(given)
