"""Links in all the forms that lists, phones and browsers give them."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabard.register.platforms import platforms
from tabard.register.rules import Unresolved, resolve

SAME = {
    "https://x.com/nasa": [
        "http://twitter.com/NASA",
        "twitter.com/NASA/",
        "https://mobile.twitter.com/NASA?lang=fr&s=20",
        "https://twitter.com/#!/NASA",
        "https://x.com/%4eASA",
        "www.x.com/@NASA",
        "htp://x.com/NASA",
        "https://http://x.com/NASA",
        "<https://x.com/NASA>",
        "https://x.com/NASA/status/20",
        "HTTPS://X.COM/NASA.",
    ],
    "https://www.facebook.com/nasa": [
        "https://m.facebook.com/NASA/?ref=page_internal",
        "https://fr-fr.facebook.com/NASA",
        "fb.com/NASA/about",
        "https://www.facebook.com/pg/NASA/photos",
        "https://business.facebook.com/NASA",
    ],
    "https://www.facebook.com/54971236771": [
        "https://www.facebook.com/pages/NASA/54971236771",
        "https://www.facebook.com/profile.php?sk=about&id=54971236771",
        "https://www.facebook.com/NASA-Official-54971236771/",
        "https://www.facebook.com/people/NASA/54971236771/",
    ],
    "https://www.linkedin.com/company/nasa/": [
        "https://uk.linkedin.com/company/nasa/posts/?feedView=all",
        "linkedin.com/company-beta/nasa",
    ],
    "https://www.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ": [
        "https://m.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ/videos",
        "https://music.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ",
    ],
    "https://www.youtube.com/@nasa": [
        "https://www.youtube.com/user/NASA",
        "https://www.youtube.com/c/NASA/featured",
        "https://www.youtube.com/@NASA?sub_confirmation=1",
        "https://www.youtube.com/NASA",
    ],
    "https://www.pinterest.com/nasa/": ["https://br.pinterest.com/nasa/_created", "pinterest.co.uk/NASA"],
    "https://nasa.substack.com": ["https://substack.com/@nasa", "https://nasa.substack.com/p/a-post"],
    "https://www.tumblr.com/nasa": ["http://nasa.tumblr.com/post/1", "https://tumblr.com/blog/view/nasa"],
    "https://social.example/@press": ["@press@Social.Example", "https://social.example/users/press"],
}


@pytest.mark.parametrize(("canonical", "written"), [(c, w) for c, all_of in SAME.items() for w in all_of])
def test_all_forms_of_an_address_are_one(canonical, written):
    assert resolve(written).canonical == canonical


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("https://twitter.com/intent/tweet?text=a", "profile"),
        ("https://twitter.com/share?url=https://example.org", "profile"),
        ("https://www.facebook.com/sharer/sharer.php?u=example.org", "profile"),
        ("https://www.facebook.com/share/1AbC/", "profile"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org", "profile"),
        ("https://developers.facebook.com/docs", "profile"),
        ("https://help.instagram.com/12345", "profile"),
        ("https://youtu.be/dQw4w9WgXcQ", "profile"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "profile"),
        ("https://t.co/AbCdEf", "profile"),
        ("https://lnkd.in/AbCdEf", "profile"),
        ("https://www.linkedin.com/shareArticle?mini=true", "profile"),
        ("https://x.com/", "profile"),
        ("https://x.com@evil.example/NASA", "profile"),
        ("https://evil.example\\@x.com/NASA", "profile"),
        ("javascript://x.com/NASA", "profile"),
        ("ftp://x.com/NASA", "profile"),
        ("https://faсebook.com/NASA", "unknown"),  # with a Cyrillic c
        ("https://facebook.com.evil.example/NASA", "unknown"),
        ("https://notx.com/NASA", "unknown"),
        ("press@nasa.gov", "whose"),
    ],
)
def test_what_is_no_profile_is_not_taken_for_one(written, code):
    with pytest.raises(Unresolved) as refused:
        resolve(written)
    assert refused.value.code == code
    assert str(refused.value)


@pytest.mark.parametrize(
    ("handle", "platform"),
    [("profile.php", "facebook"), ("pages", "facebook"), ("home", "x"), ("explore", "instagram")],
)
def test_words_of_paths_are_no_handles(handle, platform):
    with pytest.raises(Unresolved) as refused:
        resolve(handle, platform)
    assert refused.value.code == "word"


def test_what_one_platform_reserves_may_be_a_handle_of_another():
    assert resolve("@live", "YouTube").canonical == "https://www.youtube.com/@live"
    assert resolve("channel/UCLA_DiR1FfKNvjuUpBHmylQ", "youtube").remote_id


written = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "https://", "http://www.", "//", "@", "m."]),
    st.sampled_from(
        ["", "medium.com", "social.example", *(h for k in platforms().values() for h in k.hosts[:1])]
    ),
    st.sampled_from(["", "/", "/@", "/user/", "/in/", "/channel/", "/groups/", "/pages/x/", "?id=", "#!/"]),
    st.one_of(
        st.text(max_size=25),
        st.text(string.ascii_letters + string.digits + "._-@/%+", max_size=30),
        st.sampled_from(sorted(w for k in platforms().values() for w in k.stop)),
    ),
)


@settings(max_examples=600, deadline=None)
@given(written, st.sampled_from(["", *platforms()]))
def test_resolving_twice_changes_nothing(said, platform):
    try:
        once = resolve(said, platform)
    except Unresolved:
        return
    again = resolve(once.canonical, once.platform)
    assert again.canonical == once.canonical
    assert again.platform == once.platform
    if once.url:
        assert resolve(once.url).handle == once.handle
