"""A SAML source in this process, honest unless told to lie: makes the form that a browser would bring."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import CanonicalizationMethod, SignatureMethod, XMLSigner, methods

ISSUER = "urn:meridian:id"
ADDRESS = "https://id.meridian.example/sso"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

ASSERTION = f"""<saml:Assertion xmlns:saml="{SAML}" ID="{{id}}" Version="{{version}}" \
IssueInstant="{{made}}">\
<saml:Issuer>{{issuer}}</saml:Issuer><ds:Signature xmlns:ds="{DSIG}" Id="placeholder"/>\
<saml:Subject><saml:NameID Format="{{format}}">{{name_id}}</saml:NameID>\
<saml:SubjectConfirmation Method="{{method}}"><saml:SubjectConfirmationData InResponseTo="{{number}}" \
Recipient="{{recipient}}" NotOnOrAfter="{{until}}"{{not_before}}/></saml:SubjectConfirmation>\
{{more}}</saml:Subject>\
<saml:Conditions NotBefore="{{from}}" NotOnOrAfter="{{until}}"><saml:AudienceRestriction>\
<saml:Audience>{{audience}}</saml:Audience></saml:AudienceRestriction>{{condition}}</saml:Conditions>\
<saml:AuthnStatement AuthnInstant="{{signed_in}}"{{session}}><saml:AuthnContext>\
<saml:AuthnContextClassRef>x</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>{{mail}}</saml:AttributeValue>\
</saml:Attribute><saml:Attribute Name="displayName"><saml:AttributeValue>New Person</saml:AttributeValue>\
</saml:Attribute><saml:Attribute Name="groups">{{values}}</saml:Attribute></saml:AttributeStatement>\
</saml:Assertion>"""
RESPONSE = f"""<samlp:Response xmlns:samlp="{PROTOCOL}" ID="_r{{id}}" Version="2.0" IssueInstant="{{made}}" \
Destination="{{destination}}" InResponseTo="{{request}}"><saml:Issuer xmlns:saml="{SAML}">{{response_issuer}}\
</saml:Issuer><samlp:Status><samlp:StatusCode Value="{{status}}"/></samlp:Status></samlp:Response>"""


def certificate(key: Any, *, days: int = 300) -> Any:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "id.meridian.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=60))
    return made.not_valid_after(now + timedelta(days=days)).sign(key, hashes.SHA256())


OURS, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _n in range(2))
OUR_CERTIFICATE, OTHER_CERTIFICATE = certificate(OURS), certificate(OTHER)
PEM = OUR_CERTIFICATE.public_bytes(Encoding.PEM).decode()
OTHER_PEM = OTHER_CERTIFICATE.public_bytes(Encoding.PEM).decode()


def moment(seconds: float = 0) -> str:
    return f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def asked(url: str) -> dict[str, str]:
    """The request that the browser carries: its number, who asks, and where answers go."""
    packed = base64.b64decode(parse_qs(urlsplit(url).query)["SAMLRequest"][0])
    root = etree.fromstring(zlib.decompress(packed, wbits=-15))
    found = {name: str(value) for name, value in root.attrib.items()}
    return {**found, "us": root.findtext(f"{{{SAML}}}Issuer")}


@dataclass
class Source:
    """`says` changes what stands in the answer; `bend` gets the signed response and gives another text."""

    says: dict[str, str] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    mail: str = "new@meridian.example"
    method: SignatureMethod = SignatureMethod.RSA_SHA256
    key: Any = OURS
    certificate: Any = OUR_CERTIFICATE
    sign: bool = True

    def words(self, request: dict[str, str]) -> dict[str, str]:
        here = request["AssertionConsumerServiceURL"]
        return {
            "id": f"_{request['ID'][1:9]}a", "issuer": ISSUER, "response_issuer": ISSUER, "made": moment(),
            "destination": here, "recipient": here, "request": request["ID"], "number": request["ID"],
            "audience": request["us"], "until": moment(300), "from": moment(-30), "signed_in": moment(-5),
            "name_id": "u-1", "format": PERSISTENT, "status": "urn:oasis:names:tc:SAML:2.0:status:Success",
            "version": "2.0", "method": "urn:oasis:names:tc:SAML:2.0:cm:bearer", "more": "", "not_before": "",
            "condition": "", "session": "",
        } | self.says  # fmt: skip

    def response(self, request: dict[str, str]) -> Any:
        w = self.words(request)
        values = "".join(f"<saml:AttributeValue>{g}</saml:AttributeValue>" for g in self.groups)
        signed = self.signed(etree.fromstring(ASSERTION.format(values=values, mail=self.mail, **w)), w["id"])
        root = etree.fromstring(RESPONSE.format(**w))
        root.append(signed)
        return root

    def signed(self, element: Any, number: str, **how: Any) -> Any:
        if not self.sign:
            element.remove(element.find(f"{{{DSIG}}}Signature"))
            return element
        signer = XMLSigner(
            method=methods.enveloped,
            signature_algorithm=self.method,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        return signer.sign(element, key=self.key, cert=[self.certificate], reference_uri=number, **how)


def encoded(root: Any) -> str:
    text = (
        root if isinstance(root, bytes) else root.encode() if isinstance(root, str) else etree.tostring(root)
    )
    return base64.b64encode(text).decode()
