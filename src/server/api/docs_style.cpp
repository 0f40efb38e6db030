#include "server/api/docs_page.h"

namespace rapport::api {

std::string_view docs_style() {
  return R"CSS(
:root{--ink:#1c2430;--soft:#5b6676;--line:#e3e7ec;--paper:#fff;--tint:#f6f8fa;--accent:#0b7a5e;--post:#1f5fbf;--code:#0f1720}
@media (prefers-color-scheme:dark){:root{--ink:#e7ebf0;--soft:#9aa6b5;--line:#2b3441;--paper:#12171e;--tint:#1a212b;
--accent:#3fc79f;--post:#7fb0ff;--code:#dbe4ee}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:var(--paper)}
.layout{display:grid;grid-template-columns:17rem minmax(0,1fr);max-width:76rem;margin:0 auto}
nav{position:sticky;top:0;align-self:start;height:100vh;overflow:auto;padding:2rem 1.25rem;border-right:1px solid var(--line)}
nav h1{font-size:1.25rem;margin:0}
nav h1 small{color:var(--soft);font-weight:400;font-size:.85rem}
nav h2{font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.5rem 0 .35rem}
nav a{display:block;color:inherit;text-decoration:none;font-size:.9rem;padding:.15rem 0}
nav a:hover,nav a:focus{color:var(--accent)}
main{padding:2rem 2.5rem 6rem}
main>p{color:var(--soft);max-width:46rem}
h2{margin:3rem 0 .5rem;font-size:1.4rem}
article{border:1px solid var(--line);border-radius:.6rem;margin:1rem 0;padding:1.1rem 1.4rem}
article h3{margin:0;font-size:1.05rem}
.path{font:600 .95rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere;margin:.35rem 0 .6rem}
.method{display:inline-block;min-width:3.4rem;text-align:center;border-radius:.3rem;padding:.05rem .5rem;margin-right:.5rem;
color:var(--paper);background:var(--accent);font-size:.8rem}
.method.post{background:var(--post)}
.tag{display:inline-block;font-size:.78rem;color:var(--soft);border:1px solid var(--line);border-radius:1rem;padding:0 .6rem;
margin-right:.4rem}
h4{font-size:.78rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.2rem 0 .3rem}
details{margin:.4rem 0}
summary{cursor:pointer;color:var(--accent);font-size:.92rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600}
td:first-child,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.84rem}
pre{background:var(--tint);border:1px solid var(--line);border-radius:.4rem;padding:.8rem 1rem;overflow:auto;color:var(--code);
font:.82rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:.3rem 0}
@media (max-width:52rem){.layout{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}
main{padding:1.25rem}}
)CSS";
}

}  // namespace rapport::api
