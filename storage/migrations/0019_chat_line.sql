-- When the next message of a chat may leave, whichever of several processes sends it.
CREATE TABLE chat_line (
  lane    {blob} NOT NULL PRIMARY KEY,
  next_at BIGINT NOT NULL
) {strict};
