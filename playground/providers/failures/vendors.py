"""Meanings of the codes of all vendors but Cloudflare: names such as `rate_limit_exceeded`, and three lists of numbers.

A name is looked up without case and separators, and by its part before a dot or colon where the whole is not known.
"""

import re
from collections.abc import Mapping

from playground.errors import ContentFilterError, ModelPermissionError, RateLimitedError, ServerError
from playground.providers.failures import meanings as m
from playground.providers.failures.meanings import Meaning

_SUSPENDED = Meaning(ModelPermissionError, "The provider has locked this account.", "Ask the provider's support.")
_NOT_IN_PLAN = Meaning(
    ModelPermissionError, "The account's plan does not include this model.", "Choose another model, or another plan."
)

_NAMES: Mapping[Meaning, str] = {
    # https://platform.openai.com/docs/guides/error-codes, https://docs.claude.com/en/api/errors,
    # https://ai.google.dev/gemini-api/docs/troubleshooting, https://openrouter.ai/docs/api/reference/errors-and-debugging,
    # https://platform.kimi.ai/docs/api/errors, https://www.alibabacloud.com/help/en/model-studio/error-code,
    # https://console.groq.com/docs/errors, https://docs.litellm.ai/docs/proxy/error_reference,
    # https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html,
    # https://www.volcengine.com/docs/82379/1299023, https://learn.microsoft.com/azure/ai-foundry/openai/quotas-limits
    m.OVERFLOW: """
        context_length_exceeded exceed_context_size_error string_above_max_length string_too_long
        context_window_exceeded ContextWindowExceededError too_many_prompt_tokens requested_too_many_tokens
        model_max_prompt_tokens_exceeded
        tokens_too_long tokens_limit_reached prompt_too_long input_too_long max_context_length_exceeded
    """,
    m.FILTERED: """
        content_filter content_filtered content_filter_error content_policy_violation refusal
        ContentPolicyViolationError
        ResponsibleAIPolicyViolation moderation_blocked image_content_policy_violation data_inspection_failed
        DataInspectionFailed sensitive_words_detected sensitive_check_error prompt_blocked censorship_blocked
        SensitiveContentDetected InputTextSensitiveContentDetected OutputTextSensitiveContentDetected
        InputImageSensitiveContentDetected guardrail_violation guardrail_intervened GUARDRAIL_INTERVENED bio_policy
        cyber_policy cyber_policy_violation usage_policy_violation content_moderation safety
    """,
    m.UNPAID: """
        insufficient_quota billing_hard_limit_reached billing_not_active billing_error payment_required Arrearage
        insufficient_balance insufficient_credits insufficient_funds insufficient_user_quota BILLING_DISABLED
        pre_consume_token_quota_failed AccountOverdueError account_overdue credit_limit out_of_credits
    """,
    m.SPENT: """
        exceeded_current_quota_error QuotaExceeded quota_exceeded_error usage_limit_reached usage_limit_exceeded
        budget_exceeded ExceededBudget token_limit_exceeded AllocationQuota.FreeTierOnly
        ServiceQuotaExceededException spend_limit_exceeded
    """,
    m.BAD_TOKEN: """
        invalid_api_key authentication_error AuthenticationError authentication invalid_authentication_error auth_error
        incorrect_api_key_error wrong_api_key missing_api_key no_api_key InvalidApiKey API_KEY_INVALID API_KEY_EXPIRED
        unauthenticated unauthorized token_expired token_not_found_in_db expired_key invalid_token
        UnrecognizedClientException ExpiredTokenException IncompleteSignature InvalidSignatureException
    """,
    m.NOT_ALLOWED: """
        permission_error permission_denied permission_denied_error PermissionDeniedError forbidden AccessDenied
        AccessDeniedException access_denied_error missing_scope ip_not_authorized key_model_access_denied
        team_model_access_denied model_not_allowed no_access SERVICE_DISABLED API_KEY_SERVICE_BLOCKED
        API_KEY_HTTP_REFERRER_BLOCKED API_KEY_IP_ADDRESS_BLOCKED ModelNotOpen ServiceNotOpen
    """,
    m.NO_PLACE: "unsupported_country_region_territory model_not_available_in_region",
    _SUSPENDED: "account_deactivated CONSUMER_SUSPENDED account_suspended",
    m.NOT_FOUND: """
        not_found_error NotFoundError not_found resource_not_found_error ResourceNotFoundException
    """,
    m.NO_MODEL: """
        model_not_found ModelNotFound invalid_model unknown_model unavailable_model model_not_supported
        model_not_available DeploymentNotFound InvalidEndpointOrModel.NotFound model_not_found_error
    """,
    m.TOO_MANY: """
        rate_limit_exceeded rate_limit_error RateLimitError rate_limit rate_limited rate_limit_reached_error
        too_many_requests too_many_requests_error limit_requests limit_burst_rate Throttling ThrottlingException
        throttling_error RateLimitExceeded RateLimitReached RequestBurstTooFast resource_exhausted slow_down
        dynamic_request_limited dynamic_token_limited model_rate_limit token_quota_exceeded request_quota_exceeded
        too_many_tokens_error
        rpm_rate_limit_exceeded tpm_rate_limit_exceeded concurrency_limit_exceeded SetLimitExceeded
        in_flight_budget_exhausted
    """,
    m.BUSY: """
        overloaded_error overloaded unavailable_error unavailable server_is_overloaded engine_overloaded_error
        provider_overloaded provider_unavailable service_unavailable service_unavailable_error
        ServiceUnavailable ServiceUnavailableException ServiceUnavailableError ServerOverloaded ModelNotReadyException
        ModelLoadingError model_loading queue_exceeded service_tier_capacity_exceeded no_capacity NoCapacity
        insufficient_system_resource get_channel_failed
    """,
    m.BUSY_TIER: "capacity_exceeded",
    m.TOO_SLOW: """
        timeout timeout_error Timeout request_timeout RequestTimeOut gateway_timeout gateway_timeout_error
        deadline_exceeded ModelTimeoutException APITimeoutError
    """,
    m.TOO_LARGE: "request_too_large payload_too_large BadRequest.TooLarge image_too_large",
    m.BAD_TOOL_CALL: """
        tool_use_failed malformed_function_call malformed_tool_use unexpected_tool_call too_many_tool_calls
        missing_thought_signature
    """,
    # Reasons that an answer ended for, and that mean that it failed.
    Meaning(ServerError, "The server lost the model in the middle of the answer."): "network_error",
    Meaning(ServerError, "The model stopped for a reason that the server does not tell."): "other image_other",
    Meaning(ServerError, "The server broke the answer off."): """
        abort aborted cancelled canceled interrupted user_cancel userStopped modelUnloaded
    """,
    Meaning(ServerError, "The model's answer was malformed."): "malformed_response malformed_model_output",
    Meaning(ServerError, "The model made no image."): "no_image",
}

_GENERAL: Mapping[Meaning, str] = {
    m.REFUSED: """
        invalid_request_error invalid_request BadRequestError bad_request bad_request_error bad_request_body
        invalid_argument invalid_parameter invalid_parameter_error invalid_prompt invalid_value failed_precondition
        precondition_failed out_of_range unprocessable unprocessable_entity ValidationException ValidationError
        validation_error invalid_params unsupported_value not_supported_error
    """,
    m.FAILED: """
        server_error api_error internal internal_error internal_server_error InternalServerError
        InternalServerException InternalServiceError server unknown unknown_error unmapped error upstream_error
        runtime_error ModelErrorException ModelStreamErrorException APIError APIConnectionError data_loss failed failure
    """,
}
"""Names that are less specific than a phrase of the message or the HTTP status."""


def squashed(name: str) -> str:
    """A name without case and separators, for comparison."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())


_BY_NAME = {squashed(name): meaning for meaning, names in _NAMES.items() for name in names.split()}
_BY_GENERAL_NAME = {squashed(name): meaning for meaning, names in _GENERAL.items() for name in names.split()}


def named(code: str) -> Meaning | None:
    """The meaning of a specific name; None where it is not known."""
    return _found(_BY_NAME, code)


def generally_named(code: str) -> Meaning | None:
    """The meaning of a name that only tells whether the request or the server was at fault; None where not known."""
    return _found(_BY_GENERAL_NAME, code)


def _found(names: Mapping[str, Meaning], code: str) -> Meaning | None:
    if len(code) > 100:
        return None
    first = re.split(r"[.:]", code, maxsplit=1)[0]
    return names.get(squashed(code)) or names.get(squashed(first))


def _numbers(table: Mapping[Meaning, str]) -> dict[str, Meaning]:
    return {number: meaning for meaning, numbers in table.items() for number in numbers.split()}


MINIMAX = _numbers(
    {
        m.FAILED: "1000 1024 1033",
        m.TOO_SLOW: "1001",
        m.TOO_MANY: "1002 1039 1041",
        m.BAD_TOKEN: "1004 2049",
        m.UNPAID: "1008",
        m.SPENT: "1028 1030 2056",
        m.FILTERED: "1026 1027",
        m.REFUSED: "1042 2013",
        Meaning(RateLimitedError, "The number of requests grows too fast."): "2045",
        _NOT_IN_PLAN: "2061",
    }
)
"""`base_resp.status_code`, also in brackets at a message's end: https://platform.minimax.io/docs/api-reference/errorcode"""

ZAI = _numbers(
    {
        m.BAD_TOKEN: "1000 1001 1002 1003 1004 1005",
        _SUSPENDED: "1110 1111 1112 1121",
        m.UNPAID: "1113",
        m.FAILED: "1120 1200 1230 1234",
        m.REFUSED: "1210 1212 1213 1214 1215",
        m.NO_MODEL: "1211 1221 1222",
        m.NOT_ALLOWED: "1220 1313",
        m.OVERFLOW: "1261",
        Meaning(ContentFilterError, "The provider's policy blocks the request."): "1300",
        m.FILTERED: "1301",
        m.TOO_MANY: "1231 1302 1303",
        m.SPENT_TODAY: "1304",
        m.BUSY: "1305 1312",
        m.SPENT: "1308 1309 1310 1316 1317 1318 1319 1320 1321",
        _NOT_IN_PLAN: "1311",
    }
)
"""`error.code` of Z.AI and Zhipu: https://docs.z.ai/api-reference/api-code"""

SPARK = _numbers(
    {
        m.FILTERED: "10013 10014 10019 10021",
        m.OVERFLOW: "10907",
        m.NOT_ALLOWED: "11200",
        m.SPENT_TODAY: "11201",
        m.TOO_MANY: "10007 11202 11203",
        m.BUSY: "10008 10110",
        Meaning(ServerError, "The engine behind the server failed."): "10009 10010 10012 10222",
    }
)
"""`code` of iFlytek Spark: https://www.xfyun.cn/doc/spark/%E6%8E%A5%E5%8F%A3%E8%AF%B4%E6%98%8E.html"""
