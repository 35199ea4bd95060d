import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';
import './styles/views.css';
import { App } from './App.tsx';
import { wakeJobs } from './enrol/jobControl.ts';
import { takeKeyFromAddress } from './keys/firstRun.ts';

takeKeyFromAddress();
void wakeJobs();
render(<App />, document.getElementById('app')!);
