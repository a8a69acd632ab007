package memnet_test

import (
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

func TestRefuseAndAdmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		queued, err := l.Dial(t.Context())
		require.NoError(t, err)
		l.Refuse(syscall.ENOENT)
		_, err = readAll(queued)
		requireOpError(t, err, "read", syscall.ECONNRESET)
		_, err = l.Dial(t.Context())
		requireOpError(t, err, "dial", syscall.ENOENT)
		require.EqualError(t, err, "dial memory memory: connect: "+syscall.ENOENT.Error())

		accept := begin(func() (int, error) {
			_, err := l.Accept()
			return 0, err
		})
		blocked(t, accept)
		l.Admit()
		_, err = l.Dial(t.Context())
		require.NoError(t, err)
		require.NoError(t, returned(t, accept).err)
	})
}
