package gen

import (
	"go/types"

	"github.com/dave/jennifer/jen"
)

// renderings returns, for every function F of the behaviour, the interface
// FRenderer that F's package declares, each once and in order of use.
func (b *behaviour) renderings() []*types.TypeName {
	var list []*types.TypeName
	seen := map[*types.TypeName]bool{}
	for _, fn := range b.funcs {
		tn, ok := fn.Pkg().Scope().Lookup(fn.Name() + "Renderer").(*types.TypeName)
		if ok && types.IsInterface(tn.Type()) && !seen[tn] {
			seen[tn] = true
			list = append(list, tn)
		}
	}
	return list
}

// renderingsCode lists what a behaviour needs of the protocol, nil when that
// is nothing.
func renderingsCode(b *behaviour) jen.Code {
	var items []jen.Code
	for _, tn := range b.renderings() {
		// faultdaemon.RenderingOf[faultdaemon.GarbageRenderer]()
		items = append(items, jen.Qual(corePath, "RenderingOf").
			Types(jen.Qual(tn.Pkg().Path(), tn.Name())).Call())
	}
	if items == nil {
		return nil
	}
	return jen.Index().Qual(corePath, "Rendering").Values(items...)
}

// renderingList is the same as Markdown. What a package keeps to itself no
// reader can implement.
func renderingList(b *behaviour) string {
	var list []string
	for _, tn := range b.renderings() {
		if !tn.Exported() {
			continue
		}
		list = append(list, tn.Pkg().Name()+"."+tn.Name())
	}
	return codeList(list)
}
