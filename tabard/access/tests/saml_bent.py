"""Honest SAML answers bent in every known way: each still holds a good signature, and says something else."""

import copy

from lxml import etree

from tabard.access.tests import saml_of_lies as lies

A, P, D = (f"{{{space}}}" for space in (lies.SAML, lies.PROTOCOL, lies.DSIG))


def evil(root, name="u-boss"):
    """A copy of the assertion that names somebody else."""
    copied = copy.deepcopy(root.find(f"{A}Assertion"))
    copied.find(f"{A}Subject/{A}NameID").text = name
    return copied


def unsigned_copy(root, number="_evil"):
    copied = evil(root)
    copied.remove(copied.find(f"{D}Signature"))
    copied.set("ID", number)
    return copied


def edited(root):
    root.find(f"{A}Assertion/{A}Subject/{A}NameID").text = "u-boss"
    return root


def evil_first(root):
    root.insert(2, unsigned_copy(root))
    return root


def evil_last(root):
    root.append(unsigned_copy(root))
    return root


def same_id_twice(root):
    root.insert(2, unsigned_copy(root, root.find(f"{A}Assertion").get("ID")))
    return root


def hidden_in(place):
    """The signed assertion moves into a corner, and another one takes its place (signature wrapping)."""

    def bend(root):
        signed = root.find(f"{A}Assertion")
        wrong = unsigned_copy(root)
        root.replace(signed, wrong)
        place(root, wrong).append(signed)
        return root

    return bend


def in_extensions(root, wrong):
    found = etree.SubElement(root, f"{P}Extensions")
    root.insert(1, found)
    return found


def in_the_other(root, wrong):
    return wrong


def in_an_object(root, wrong):
    signature = etree.SubElement(wrong, f"{D}Signature")
    return etree.SubElement(signature, f"{D}Object")


def signature_moved(root):
    """The other assertion carries the signature of the signed one, which lies in an Object of it."""
    signed = root.find(f"{A}Assertion")
    wrong = unsigned_copy(root)
    signature = signed.find(f"{D}Signature")
    signed.remove(signature)
    root.replace(signed, wrong)
    wrong.insert(1, signature)
    etree.SubElement(signature, f"{D}Object").append(signed)
    return root


def signature_on_the_response_only(root):
    signed = root.find(f"{A}Assertion")
    signature = signed.find(f"{D}Signature")
    signed.remove(signature)
    root.insert(1, signature)
    return root


def second_digest(root):
    """CVE-2024-45409: a digest of the attacker's is found before the signed one."""
    found = edited(root).find(f"{A}Assertion")
    extra = etree.SubElement(etree.Element("x"), f"{D}DigestValue")
    extra.text = "AAAA"
    found.find(f"{D}Signature").insert(0, extra)
    return root


def digest_in_status(root):
    detail = etree.SubElement(root.find(f"{P}Status"), f"{P}StatusDetail")
    reference = etree.SubElement(detail, f"{D}Reference")
    etree.SubElement(reference, f"{D}DigestValue").text = "AAAA"
    return edited(root)


def second_signed_info(root):
    """CVE-2025-29775: the signature is checked over one SignedInfo and the digest taken from another."""
    signature = edited(root).find(f"{A}Assertion/{D}Signature")
    signature.insert(0, copy.deepcopy(signature.find(f"{D}SignedInfo")))
    return root


def comment_in_digest(root):
    """CVE-2025-29774: two readers of a text with a comment in it."""
    root.find(f".//{D}DigestValue").insert(0, etree.Comment("AAAA"))
    return root


def another_reference(root):
    root.find(f".//{D}Reference").set("URI", "")
    return root


def second_reference(root):
    found = root.find(f".//{D}SignedInfo")
    found.append(copy.deepcopy(found.find(f"{D}Reference")))
    return root


def with_xslt(root):
    found = root.find(f".//{D}Transforms")
    etree.SubElement(found, f"{D}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116")
    return root


def hmac(root):
    found = root.find(f".//{D}SignatureMethod")
    found.set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
    return root


def no_signature(root):
    found = root.find(f"{A}Assertion")
    found.remove(found.find(f"{D}Signature"))
    return edited(root)


def empty_signature(root):
    found = edited(root).find(f"{A}Assertion/{D}Signature")
    for child in list(found):
        found.remove(child)
    return root


def encrypted(root):
    root.replace(root.find(f"{A}Assertion"), etree.Element(f"{A}EncryptedAssertion"))
    return root


def another_namespace(root):
    """An assertion by its local name only, for readers who look by that."""
    root.insert(2, etree.fromstring('<Assertion xmlns="urn:evil" ID="_evil"/>'))
    return root


def wrapped_root(root):
    outer = etree.Element(f"{P}Response")
    outer.append(root)
    return outer


def alone(root):
    return root.find(f"{A}Assertion")


BENT = [
    edited,
    evil_first,
    evil_last,
    same_id_twice,
    signature_moved,
    signature_on_the_response_only,
    hidden_in(in_extensions),
    hidden_in(in_the_other),
    hidden_in(in_an_object),
    second_digest,
    digest_in_status,
    second_signed_info,
    comment_in_digest,
    another_reference,
    second_reference,
    with_xslt,
    hmac,
    no_signature,
    empty_signature,
    encrypted,
    another_namespace,
    wrapped_root,
    alone,
]
