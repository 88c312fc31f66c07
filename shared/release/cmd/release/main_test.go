package main

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrongCallsAreRefusedBeforeAnythingIsAsked(t *testing.T) {
	t.Parallel()
	for call, says := range map[string]string{
		"":                          "usage: release",
		"upload":                    "which bucket?",
		"promote -env prod":         "promote is no command",
		"finish":                    "which environment?",
		"live":                      "which environment?",
		"rollback -env prod":        "nobody confirmed it: nothing was done",
		"rollback -env prod -force": "flag provided but not defined: -force",
	} {
		err := run(t.Context(), strings.Fields(call), strings.NewReader("yes\n"), io.Discard)
		require.ErrorContains(t, err, says, call)
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	require.NoError(t, confirm(strings.NewReader("prod\n"), io.Discard, "prod"))
	require.Error(t, confirm(strings.NewReader(""), io.Discard, "prod"))
}
