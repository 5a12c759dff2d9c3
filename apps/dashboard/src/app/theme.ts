import { createTheme, type MantineColorsTuple } from '@mantine/core';

const yard: MantineColorsTuple = ['#eef4ff', '#dbe6fb', '#b4caf3', '#8aadec', '#6893e6', '#4f7fe0', '#3b6fd9', '#2b5fd0', '#2351b5', '#18409a'];

const dark: MantineColorsTuple = ['#c9cfd9', '#b3bbc8', '#98a3b5', '#5d6778', '#3b4350', '#2a303b', '#1d222b', '#14171d', '#101318', '#0b0d11'];

/** One accent, 13 to 14 px text, hairlines. */
export const theme = createTheme({
  primaryColor: 'yard',
  primaryShade: { light: 7, dark: 6 },
  colors: { yard, dark },
  fontFamily: "'Inter', system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', 'Liberation Mono', monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 4,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 200, transitionProps: { duration: 80 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
    Popover: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
    Modal: { defaultProps: { transitionProps: { duration: 100 }, closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { transitionProps: { duration: 120 }, closeButtonProps: { 'aria-label': 'Close' } } },
  },
});
