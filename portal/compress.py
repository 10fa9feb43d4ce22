"""Compression of pages that are rendered for one reader and echo nothing that anybody typed or put into the address.

Compressing a secret (the form's token) together with chosen text would let an onlooker guess the secret from the
lengths of the answers (BREACH). So a view asks for it page by page; pages that echo go plain.
"""

import gzip

import brotli
from flask import Response, request

BROTLI_QUALITY, GZIP_LEVEL = 5, 6


def compressed(response: Response) -> Response:
    """Send a page in the best encoding that the browser takes."""
    response.vary.add("Accept-Encoding")
    encodings = request.accept_encodings
    if encodings["br"] > 0:
        body, encoding = brotli.compress(response.get_data(), quality=BROTLI_QUALITY), "br"
    elif encodings["gzip"] > 0:
        body, encoding = gzip.compress(response.get_data(), GZIP_LEVEL, mtime=0), "gzip"
    else:
        return response
    response.set_data(body)
    response.headers["Content-Encoding"] = encoding
    return response
