"""What `{% load ui %}` offers, by kind."""
