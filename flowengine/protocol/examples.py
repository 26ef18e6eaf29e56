"""One example of each message, for the documents and the tests."""

from __future__ import annotations

from typing import Any, Final

_HEARD: Final = [{"role": "agent", "content": "Hello, this is Bright Smile Dental."}]

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "PingPong": {"interaction_type": "ping_pong", "timestamp": 1795363200000},
    "CallDetails": {
        "interaction_type": "call_details",
        "call": {
            "call_id": "call_5f2c",
            "agent_id": "agent_91d0",
            "call_type": "phone_call",
            "call_status": "ongoing",
            "from_number": "+14155550123",
            "to_number": "+14155550100",
            "direction": "inbound",
            "metadata": {},
            "retell_llm_dynamic_variables": {"customer_name": "Anna"},
            "opt_out_sensitive_data_storage": False,
        },
    },
    "UpdateOnly": {
        "interaction_type": "update_only",
        "transcript": [
            *_HEARD,
            {
                "role": "user",
                "content": "Hi there",
                "words": [
                    {"word": "Hi", "start": 2.1, "end": 2.3},
                    {"word": "there", "start": 2.3, "end": 2.6},
                ],
            },
        ],
        "turntaking": "user_turn",
    },
    "ResponseRequired": {
        "interaction_type": "response_required",
        "response_id": 1,
        "transcript": [*_HEARD, {"role": "user", "content": "Hi there, do you have anything on Tuesday?"}],
    },
    "ReminderRequired": {"interaction_type": "reminder_required", "response_id": 2, "transcript": _HEARD},
    "ConfigFrame": {"response_type": "config", "config": {"auto_reconnect": True, "call_details": True}},
    "UpdateAgent": {
        "response_type": "update_agent",
        "agent_config": {
            "responsiveness": 0.9,
            "interruption_sensitivity": 0.8,
            "reminder_trigger_ms": 8000,
            "reminder_max_count": 3,
        },
    },
    "Pong": {"response_type": "ping_pong", "timestamp": 1795363200000},
    "Response": {
        "response_type": "response",
        "response_id": 1,
        "content": "I'm putting you through.",
        "content_complete": True,
        "no_interruption_allowed": True,
        "transfer_number": "+14155550199",
        "show_transferee_as_caller": True,
    },
    "AgentInterrupt": {
        "response_type": "agent_interrupt",
        "interrupt_id": 1,
        "content": "If this is an emergency, please hang up and dial 911 now.",
        "content_complete": True,
        "no_interruption_allowed": True,
    },
    "ToolCallInvocation": {
        "response_type": "tool_call_invocation",
        "tool_call_id": "call_5f2c:book:1",
        "name": "book_appointment",
        "arguments": '{"day": "2026-11-24"}',
    },
    "ToolCallResult": {
        "response_type": "tool_call_result",
        "tool_call_id": "call_5f2c:book:1",
        "content": '{"status": "booked"}',
        "successful": True,
    },
    "MetadataFrame": {"response_type": "metadata", "metadata": {"stage": "confirm"}},
}
"""One example of each message, by the name of its type."""
