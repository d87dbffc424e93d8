"""What platforms of one house share: signing in, errors, signed events. It names none of them."""
