"""A result as one HTML page that makes no request."""
