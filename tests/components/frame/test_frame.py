"""The frame around every page."""

from streamlit.proto.PageConfig_pb2 import PageConfig

from components.frame.frame import icon_message


def test_the_icon_comes_without_a_layout() -> None:
    """Of Streamlit's message the default is a centered page, so that some pages were narrow at random."""
    message = icon_message().page_config_changed
    assert message.favicon.startswith("data:image/svg+xml;base64,")
    assert message.layout == PageConfig.LAYOUT_UNSET
    assert message.initial_sidebar_state == PageConfig.SIDEBAR_UNSET
