"""The methods of the loopback Bot API: their effects, answers and refusals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.channels.bot_chats import Chat, media, units
from tests.channels.bot_updates import Webhook

if TYPE_CHECKING:
    from tests.channels.bot_api import BotApi

DELETE_SECONDS = 48 * 3600
MAX_TEXT, MAX_CAPTION, MAX_DATA, MAX_BUTTONS, MAX_GET_FILE = 4096, 1024, 64, 100, 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a multipart call."""

    name: str
    mime: str
    content: bytes


class Refused(Exception):
    """A call that the API answers with an error."""

    def __init__(self, said: str, status: int = 400) -> None:
        super().__init__(said)
        self.status = status


Params = dict[str, Any]
Uploads = dict[str, Upload]


def _get_me(api: "BotApi", _: Params, __: Uploads) -> Any:
    return {
        "id": api.bot_id,
        "is_bot": True,
        "first_name": "件件",
        "username": api.username,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def _set_webhook(api: "BotApi", params: Params, _: Uploads) -> Any:
    if "allowed_updates" in params:
        api.updates.allowed = params["allowed_updates"]
    if params.get("drop_pending_updates"):
        api.updates.pending.clear()
    api.updates.set_webhook(
        Webhook(
            url=params.get("url", ""),
            secret=params.get("secret_token", ""),
            max_connections=int(params.get("max_connections", 40)),
        )
    )
    return True


def _delete_webhook(api: "BotApi", params: Params, _: Uploads) -> Any:
    if params.get("drop_pending_updates"):
        api.updates.pending.clear()
    api.updates.set_webhook(Webhook())
    return True


def _webhook_info(api: "BotApi", _: Params, __: Uploads) -> Any:
    hook = api.updates.webhook
    info = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(api.updates.pending),
        "max_connections": hook.max_connections,
        "allowed_updates": list(api.updates.allowed),
    }
    if hook.last_error:
        info |= {"last_error_date": api.now(), "last_error_message": hook.last_error}
    return info


def _send_message(api: "BotApi", params: Params, _: Uploads) -> Any:
    chat = _chat(api, params)
    text = params.get("text", "")
    _check_text(text, MAX_TEXT)
    return chat.post(_with_markup({"text": text.strip()}, params))


def _send_document(api: "BotApi", params: Params, files: Uploads) -> Any:
    return _send_file(api, params, files, "document")


def _send_photo(api: "BotApi", params: Params, files: Uploads) -> Any:
    return _send_file(api, params, files, "photo")


def _send_file(api: "BotApi", params: Params, files: Uploads, kind: str) -> Any:
    chat = _chat(api, params)
    if units(params.get("caption", "")) > MAX_CAPTION:
        raise Refused("message caption is too long")
    content = {kind: _file(api, params.get(kind), files.get(kind), kind)}
    if "caption" in params:
        content["caption"] = params["caption"]
    return chat.post(_with_markup(content, params))


def _send_media_group(api: "BotApi", params: Params, files: Uploads) -> Any:
    chat = _chat(api, params)
    items = params.get("media", [])
    if not 2 <= len(items) <= 10:
        raise Refused("wrong number of messages in a media group")
    group = str(api.now())
    return [
        chat.post(
            {
                "media_group_id": group,
                item["type"]: _file(
                    api,
                    item["media"],
                    files.get(item["media"].removeprefix("attach://")),
                    item["type"],
                ),
            }
        )
        for item in items
    ]


def _file(api: "BotApi", ref: Any, upload: Upload | None, kind: str) -> Any:
    if upload is not None:
        stored = api.shelf.put(kind, upload.content, upload.name, upload.mime)
    elif ref in api.shelf.by_id:
        stored = api.shelf.by_id[ref]
    else:
        raise Refused("wrong remote file identifier specified: can't unserialize it")
    return media(stored)


def _edit_text(api: "BotApi", params: Params, _: Uploads) -> Any:
    text = params.get("text", "")
    _check_text(text, MAX_TEXT)
    return _edit(api, params, {"text": text.strip()})


def _edit_markup(api: "BotApi", params: Params, _: Uploads) -> Any:
    return _edit(api, params, {})


def _edit(api: "BotApi", params: Params, change: dict[str, Any]) -> Any:
    chat = _chat(api, params)
    message = chat.messages.get(int(params["message_id"]))
    if message is None:
        raise Refused("message to edit not found")
    if message["from"]["id"] != api.bot_id:
        raise Refused("message can't be edited")
    new = {k: v for k, v in message.items() if k not in ("reply_markup", "edit_date")}
    new = _with_markup({**new, **change}, params)
    old = {k: v for k, v in message.items() if k != "edit_date"}
    if new == old:
        raise Refused(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    return chat.replace({**new, "edit_date": api.now()})


def _delete_message(api: "BotApi", params: Params, _: Uploads) -> Any:
    chat = _chat(api, params)
    message = chat.messages.get(int(params["message_id"]))
    if message is None:
        raise Refused("message to delete not found")
    if message["date"] < api.now() - DELETE_SECONDS:
        raise Refused("message can't be deleted for everyone")
    chat.remove(message["message_id"])
    return True


def _delete_messages(api: "BotApi", params: Params, _: Uploads) -> Any:
    chat = _chat(api, params)
    ids = params.get("message_ids", [])
    if not 1 <= len(ids) <= 100:
        raise Refused("too many message identifiers specified")
    for one in map(int, ids):
        message = chat.messages.get(one)
        if message is not None and message["date"] >= api.now() - DELETE_SECONDS:
            chat.remove(one)
    return True


def _answer_callback(api: "BotApi", params: Params, _: Uploads) -> Any:
    query = str(params.get("callback_query_id"))
    if query not in api.clicks:
        raise Refused("query is too old and response timeout expired or query ID is invalid")
    api.answered.add(query)
    return True


def _get_file(api: "BotApi", params: Params, _: Uploads) -> Any:
    stored = api.shelf.by_id.get(params.get("file_id", ""))
    if stored is None:
        raise Refused("invalid file_id")
    if stored.size > MAX_GET_FILE:
        raise Refused("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def _set_commands(api: "BotApi", params: Params, _: Uploads) -> Any:
    for command in params["commands"]:
        if not 1 <= len(command["command"]) <= 32 or not 1 <= len(command["description"]) <= 256:
            raise Refused("BOT_COMMAND_INVALID")
    api.commands[params.get("language_code", "")] = params["commands"]
    return True


def _chat_action(api: "BotApi", params: Params, _: Uploads) -> Any:
    _chat(api, params)
    return True


def _chat(api: "BotApi", params: Params) -> Chat:
    chat = api.chats.get(int(params.get("chat_id", 0)))
    if chat is None:
        raise Refused("chat not found")
    if chat.blocked:
        raise Refused("bot was blocked by the user", 403)
    return chat


def _check_text(text: str, limit: int) -> None:
    if not text.strip():
        raise Refused("message text is empty")
    if units(text) > limit:
        raise Refused("message is too long")


def _with_markup(message: dict[str, Any], params: Params) -> dict[str, Any]:
    if params.get("protect_content"):
        message["has_protected_content"] = True
    markup = params.get("reply_markup")
    if not markup:
        return message
    rows = markup.get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS or any(len(row) > 8 for row in rows):
        raise Refused("reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise Refused("can't parse inline keyboard button: Text buttons are unallowed")
        if not 1 <= len(button.get("callback_data", "").encode()) <= MAX_DATA:
            raise Refused("BUTTON_DATA_INVALID")
    return {**message, "reply_markup": markup}


METHODS: dict[str, Callable[["BotApi", Params, Uploads], Any]] = {
    "getMe": _get_me,
    "getUpdates": lambda *_: None,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "sendMessage": _send_message,
    "sendDocument": _send_document,
    "sendPhoto": _send_photo,
    "sendMediaGroup": _send_media_group,
    "editMessageText": _edit_text,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete_message,
    "deleteMessages": _delete_messages,
    "answerCallbackQuery": _answer_callback,
    "getFile": _get_file,
    "setMyCommands": _set_commands,
    "sendChatAction": _chat_action,
}
