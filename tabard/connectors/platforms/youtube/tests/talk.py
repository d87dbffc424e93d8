"""What is said under the videos of a channel in a box: comments, answers, and what becomes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tabard.connectors.stage import Stage, payload

FOLDER = Path(__file__).parent.parent
CHANNEL, PERSON = "UCinventedChannelTabard1", "UCinventedPersonBoLind01"
CLOSED = "closed"  # no comments under videos

Body = dict[str, Any]


def refused(code: int, reason: str, message: str = "No", **headers: str) -> httpx.Response:
    errors = [{"message": message, "domain": "youtube", "reason": reason}]
    body = {"error": {"code": code, "message": message, "errors": errors}}
    return httpx.Response(code, json=body, headers=headers)


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Talk(Stage):
    """Comments by number, and the states that moderating gives them."""

    comments: dict[str, Body] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    few: int = 5  # answers that come along with a thread
    page: int = 100

    @staticmethod
    def author(comment: Body) -> str:
        return str(comment["snippet"]["authorChannelId"]["value"])

    @staticmethod
    def text(comment: Body) -> str:
        return str(comment["snippet"]["textDisplay"])

    @staticmethod
    def above(comment: Body) -> str:
        return str(comment["snippet"].get("parentId") or comment["snippet"]["videoId"])

    def _said(self, number: str, text: str, above: str, by: str, name: str) -> Body:
        one: Body = payload(FOLDER, "converses")["snippet"]["topLevelComment"]
        top = above.partition(".")[0]
        video = self.comments[top]["snippet"]["videoId"] if top in self.comments else above
        one["id"] = number
        one["snippet"] |= {
            "textDisplay": text,
            "videoId": video,
            "authorChannelId": {"value": by},
            "authorDisplayName": name,
            "publishedAt": written(self.now),
        }
        if by == CHANNEL:
            one["snippet"]["textOriginal"] = text
        if top in self.comments:
            one["snippet"]["parentId"] = top
        self.comments[number] = one
        return one

    def _comments(self, request: httpx.Request, kind: str) -> httpx.Response:
        asked, method = request.url.params, request.method
        if method == "POST":
            return self._answered(json.loads(request.content)["snippet"])
        if method == "DELETE":
            gone = self.comments.pop(asked["id"], None) is None
            return refused(404, "commentNotFound") if gone else httpx.Response(204)
        if method == "PUT":
            sent = json.loads(request.content)
            known = self.comments[sent["id"]]["snippet"]
            known |= dict.fromkeys(("textOriginal", "textDisplay"), sent["snippet"]["textOriginal"])
            return httpx.Response(200, json=self.comments[sent["id"]])
        if kind == "commentThreads":
            return self._threads(asked)
        if "id" in asked:
            found = [self.comments[asked["id"]]] if asked["id"] in self.comments else []
            return httpx.Response(200, json={"items": found})
        return self._paged([self.comments[each] for each in self._under(asked["parentId"])], asked)

    def _answered(self, sent: Body) -> httpx.Response:
        if CLOSED in self.on:
            return refused(403, "commentsDisabled", "The video has disabled comments.")
        number, name = f"UgxInventedComment{len(self.comments):04}", "@tabardtown"
        if "parentId" not in sent:
            assert sent["channelId"] == CHANNEL
            text = sent["topLevelComment"]["snippet"]["textOriginal"]
            comment = self._said(number, text, sent["videoId"], CHANNEL, name)
            snippet = {"videoId": sent["videoId"], "topLevelComment": comment}
            return httpx.Response(200, json={"id": number, "snippet": snippet})
        if sent["parentId"] not in self.comments:
            return refused(404, "parentCommentNotFound")
        assert "." not in sent["parentId"], "YouTube knows one level of answers"
        number = f"{sent['parentId']}.9{len(self.comments):04}"
        made = self._said(number, sent["textOriginal"], sent["parentId"], CHANNEL, name)
        return httpx.Response(200, json=made)

    def _under(self, parent: str) -> list[str]:
        return [number for number in self.comments if number.startswith(f"{parent}.")]

    def _threads(self, asked: Mapping[str, str]) -> httpx.Response:
        status = asked.get("moderationStatus", "published")
        tops = [each for each in reversed(self.comments.values()) if "." not in each["id"]]
        if video := asked.get("videoId"):
            tops = [each for each in tops if each["snippet"]["videoId"] == video]
        else:
            assert asked["allThreadsRelatedToChannelId"] == CHANNEL
        tops = [each for each in tops if self.states.get(each["id"], "published") == status]
        return self._paged([self._thread(each) for each in tops], asked)

    def _thread(self, top: Body) -> Body:
        under = self._under(top["id"])
        snippet = {
            "videoId": top["snippet"]["videoId"],
            "topLevelComment": top,
            "totalReplyCount": len(under),
        }
        thread: Body = {"id": top["id"], "snippet": snippet}
        if under:
            thread["replies"] = {"comments": [self.comments[each] for each in under[: self.few]]}
        return thread

    def _paged(self, every: list[Body], asked: Mapping[str, str]) -> httpx.Response:
        start, size = int(asked.get("pageToken", "0")), min(self.page, int(asked["maxResults"]))
        found: Body = {"items": every[start : start + size]}
        if start + size < len(every):
            found["nextPageToken"] = str(start + size)
        return httpx.Response(200, json=found)

    def _moderated(self, asked: Mapping[str, str]) -> httpx.Response:
        number, status = asked["id"], asked["moderationStatus"]
        if number not in self.comments:
            return refused(404, "commentNotFound")
        if self.states.get(number) == "rejected" and status == "published":
            return refused(400, "processingFailure", "A rejected comment cannot be published.")
        if asked.get("banAuthor") == "true":
            if status != "rejected":
                return refused(400, "banWithoutReject")
            self.banned.add(self.author(self.comments[number]))
        self.states[number] = status
        return httpx.Response(204)
