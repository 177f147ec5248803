function n(o){return()=>{}}function t({parentElement:o}){return o.classList.add("pg-transcript"),()=>{}}export{n as mountComposer,t as mountTranscript};
