"""A tool that fetches a page and pays for it where the page asks for money by 402. Needs `requests`."""

import requests

from bursar import Bursar

TIMEOUT_SECONDS = 30

# x402 v2, the older form, and the scheme Payment of MPP. x402 v1 has its challenge in the body.
CHALLENGE_HEADERS = ("PAYMENT-REQUIRED", "X-Payment-Required", "WWW-Authenticate")


class FetchError(Exception):
    """A page that did not come. It names the address and the status, so that a model can say what went wrong."""

    def __init__(self, url, status, why):
        self.url = url
        self.status = status
        super().__init__(f"GET {url} was answered {status}: {why}")


def fetch_with_x402(bursar: Bursar, url: str, max_credits: str = "0.10", **fields) -> str:
    """Fetches a page; where it costs money, pays at most `max_credits` for it and fetches it once more.

    `bursar` has the token of the agent that pays; `fields` are the payment's, such as the `session_id` of its budget. A
    refusal by budget or rule is a BursarError; a page that cannot be paid for, or that is paid for and still does not
    come, is a FetchError. It never pays twice for one challenge.
    """
    first = requests.get(url, timeout=TIMEOUT_SECONDS)
    if first.ok:
        return first.text
    if first.status_code != 402:
        raise FetchError(url, first.status_code, "it costs nothing and did not come")
    challenge = _challenge_in(first)
    if challenge is None:
        raise FetchError(url, 402, "it asks for money and does not say how to pay")

    resolved = bursar.resolve(challenge, max_credits=max_credits, **fields)
    if "header_value" not in resolved:
        # 202: an operator has to approve it. The same call later gives the same payment.
        raise FetchError(url, 402, f"payment {resolved.get('payment_id')} waits for an approval")
    retry = requests.get(url, headers={resolved["header_name"]: resolved["header_value"]}, timeout=TIMEOUT_SECONDS)
    if not retry.ok:
        raise FetchError(url, retry.status_code, f"it was offered payment {resolved['payment_id']} and did not come")
    return retry.text


def _challenge_in(answer):
    """As it stands there: Bursar reads all of these forms."""
    for name in CHALLENGE_HEADERS:
        value = answer.headers.get(name, "")
        if value and (name != "WWW-Authenticate" or value.startswith("Payment ")):
            return value
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) and body.get("accepts") else None


if __name__ == "__main__":
    import sys

    print(fetch_with_x402(Bursar.from_environment(), sys.argv[1]))
