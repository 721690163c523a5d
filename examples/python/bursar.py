"""The calls of Bursar that the examples beside this file make. It needs `requests` and nothing else: copy it."""

import os
import time
import uuid
from decimal import Decimal

import requests

TIMEOUT_SECONDS = 30
ATTEMPTS = 4


class BursarError(Exception):
    """A refusal or a failure, with Bursar's own words: what was refused, by which rule, and what to do about it."""

    def __init__(self, method, url, status, problem):
        self.status = status
        self.code = problem.get("code", "unknown")
        self.problem = problem
        words = [problem.get("detail") or problem.get("title", ""), problem.get("action", "")]
        super().__init__(f"{method} {url} was answered {status} {self.code}: {' '.join(words).strip()}")

    @property
    def is_out_of_money(self):
        """A budget, a cap or a limit said no (402). Trying again does not help; more budget or a cheaper call does."""
        return self.status == 402


class Bursar:
    """Speaks for one credential: an org key, an agent's token or a session's token."""

    def __init__(self, url, token):
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    @classmethod
    def from_environment(cls):
        return cls(os.environ.get("BURSAR_URL", "http://127.0.0.1:8402"), os.environ["BURSAR_API_KEY"])

    def call(self, method, path, body=None, idempotency_key=None):
        """One call. A POST keeps its key over every attempt, so that a lost answer never means a second payment."""
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())} if method == "POST" else {}
        url = self.url + path
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._session.request(method, url, json=body, headers=headers, timeout=TIMEOUT_SECONDS)
            except requests.ConnectionError:
                if attempt == ATTEMPTS:
                    raise
            else:
                if answer.ok:
                    return answer.json(parse_float=Decimal)
                # 429: too fast; 503: nothing decided, or not known. Everything else is an answer.
                if answer.status_code not in (429, 503) or attempt == ATTEMPTS:
                    raise BursarError(method, url, answer.status_code, _problem_in(answer))
            time.sleep(0.25 * 2**attempt)

    def ensure_agent(self, handle, spending_cap):
        """Registers an agent where there is none. Its token is shown once, so only the first call has a `token`."""
        body = {"handle": handle, "spending_cap": {"amount": str(spending_cap)}}
        try:
            return self.call("POST", "/v1/agents", body)
        except BursarError as error:
            if error.status != 409:
                raise
            return self.call("GET", f"/v1/agents/{handle}")

    def services(self, *categories):
        """What can be bought now, by name. Every service has its category, price and recommended `max_credits`."""
        listed = self.call("GET", "/v1/services")["services"]
        return {
            each["name"]: each
            for each in listed
            if each["enabled"] and (not categories or each["category"] in categories)
        }

    def pay(self, service, payload, max_credits, **fields):
        """Buys one call of a service for at most `max_credits`: its own answer, `receipt_id`, `credits_spent`."""
        body = {"service": service, "payload": payload, "max_credits": str(max_credits), **fields}
        return self.call("POST", "/v1/pay", body)

    def search(self, query, **fields):
        return self.call("POST", "/v1/search", {"query": query, **fields})

    def open_session(self, budget, description, **fields):
        """A budget for one piece of work. Everything that is paid with its `session_id` counts against it."""
        return self.call("POST", "/v1/sessions", {"budget": str(budget), "description": description, **fields})

    def session(self, session_id):
        return self.call("GET", f"/v1/sessions/{session_id}")

    def close_session(self, session_id):
        return self.call("POST", f"/v1/sessions/{session_id}/close")

    def remaining(self, agent):
        """What an agent may still spend in credits, or None where nothing limits it."""
        return self.call("GET", f"/v1/agents/{agent}/spend")["remaining_usd"]

    def resolve(self, challenge, **fields):
        """Holds what a 402 asks for. Needs the agent's own token; the answer has the header for the retry."""
        return self.call("POST", "/v1/payments/x402/resolve", {"challenge": challenge, **fields})


def payload_for(category, text):
    """Search and news services take a `query`, reading ones a `url`."""
    return {"url": text} if category == "reading" else {"query": text}


def _problem_in(answer):
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    return problem if isinstance(problem, dict) else {"title": answer.text[:200]}
