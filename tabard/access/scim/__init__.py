"""SCIM 2.0 (RFC 7642-7644) at `/scim/v2`: directories say who is here. The protocol is `scim2-server`'s, what
is stored and done is ours."""
