package message

// Error is an error whose text is keyed.
type Error struct {
	Text Text
	Err  error // the cause; may be nil
}

// Err returns an error with the text of a key. args are names and values in turn.
func Err(key string, args ...any) error { return &Error{Text: New(key, args...)} }

// Wrap returns err with a text before it, as in "text: err", and nil where err is nil.
func Wrap(err error, key string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Text: New(key, args...), Err: err}
}

// Error returns the text in English, followed by the cause.
func (e *Error) Error() string { return e.Message().String() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Message returns the text, followed by the cause.
func (e *Error) Message() Text {
	if e == nil {
		return Text{}
	}
	return Because(e.Text, e.Err)
}

// Because returns a text followed by the text of its cause, and the text alone where err is nil.
func Because(t Text, err error) Text {
	if err == nil {
		return t
	}
	return New("message.because", "text", t, "cause", err)
}

// Of returns the text of an error: its keyed text, or what it says where it has none.
func Of(err error) Text {
	switch e := err.(type) {
	case nil:
		return Text{}
	case Texter:
		return e.Message()
	}
	return Verbatim(err.Error())
}
